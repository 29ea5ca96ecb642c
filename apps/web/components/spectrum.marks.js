// Part two: the marks. They are the prompts themselves, in seconds and hertz, so no change of axis or zoom
// moves them. `props.value` is their JSON; `items` is what is drawn.
const NAMES = {
  band: ['Keep this box', 'Leave out this box'], span: ['Keep this time', 'Leave out this time'],
  example: ['Sounds like this', 'Not like this'], noise: ['Only noise here', 'Only noise here'],
};
const KIND_OF = { box: 'band', time: 'span', like: 'example', noise: 'noise' };
const LEAST_PX = 3;
let items = [], past = [], future = [], selected = -1, tool = 'box', sign = true, sent = '';

const isBox = (m) => m.kind === 'band';
const kept = (m) => m.kind !== 'noise' && m.keep !== false;
const named = (m) => NAMES[m.kind][kept(m) ? 0 : 1];
const looks = (m) => `${m.kind} ${kept(m) ? 'keep' : 'drop'}`;

function fromPrompts(prompts) {
  return (Array.isArray(prompts) ? prompts : []).filter((p) => NAMES[p.kind]).map((p) => ({ ...p }));
}

function commit(next, said) {
  past.push(items);
  future = [];
  publish(next, said);
}

function publish(next, said) {
  items = next;
  if (selected >= items.length) selected = -1;
  sent = JSON.stringify(items);
  props.value = items.map((m) => ({ ...m }));
  say(said);
  tell('');
  draw();
  drawList();
  trigger('input');
}

// A mark between two corners on the screen, or null when it would be too small to mean anything.
function markBetween(kind, keep, x0, y0, x1, y1) {
  const p = plot();
  if (Math.abs(x1 - x0) < LEAST_PX || (kind === 'band' && Math.abs(y1 - y0) < LEAST_PX)) return null;
  const times = [secondsAt(x0), secondsAt(x1)].map(roundSeconds).sort((a, b) => a - b);
  if (!(times[0] < times[1])) return null;
  const mark = { kind, start_s: times[0], end_s: times[1] };
  if (kind === 'band') {
    const hz = [y0, y1].map((y) => hertzAt(clamp(y, p.y, p.y + p.h), p)).map(roundHertz).sort((a, b) => a - b);
    if (!(hz[0] < hz[1])) return null;
    Object.assign(mark, { low_hz: hz[0], high_hz: hz[1] });
  }
  return kind === 'noise' ? mark : { ...mark, keep };
}

// Move a mark, or the edges named by `part` ("n", "sw", …), by so many pixels.
function moved(m, part, dx, dy) {
  const p = plot(), seconds = dx * pixelSeconds(), unit = -dy / p.h, next = { ...m };
  if (part === 'all') {
    const by = clamp(seconds, -m.start_s, duration() - m.end_s);
    [next.start_s, next.end_s] = [roundSeconds(m.start_s + by), roundSeconds(m.end_s + by)];
    if (isBox(m) && unit) {
      const [low, high] = [toUnit(m.low_hz), toUnit(m.high_hz)], shift = clamp(unit, -clamp(low, 0, 1), 1 - clamp(high, 0, 1));
      [next.low_hz, next.high_hz] = [low, high].map((u) => roundHertz(Math.max(toHz(u + shift), 0)));
    }
  } else {
    const x = (s) => xOf(s, p) + dx, y = (hz) => yOf(hz, p) + dy;
    if (part.includes('w')) next.start_s = roundSeconds(secondsAt(x(m.start_s), p));
    if (part.includes('e')) next.end_s = roundSeconds(secondsAt(x(m.end_s), p));
    if (part.includes('s')) next.low_hz = roundHertz(hertzAt(y(m.low_hz), p));
    if (part.includes('n')) next.high_hz = roundHertz(hertzAt(y(m.high_hz), p));
    if (next.start_s > next.end_s) [next.start_s, next.end_s] = [next.end_s, next.start_s];
    if (next.low_hz > next.high_hz) [next.low_hz, next.high_hz] = [next.high_hz, next.low_hz];
  }
  return next.start_s < next.end_s && (!isBox(m) || next.low_hz < next.high_hz) ? next : m;
}

// Why a mark with typed numbers cannot be; "" when it can.
function fault(m) {
  const numbers = isBox(m) ? [m.start_s, m.end_s, m.low_hz, m.high_hz] : [m.start_s, m.end_s];
  if (!numbers.every(Number.isFinite)) return 'A mark wants numbers.';
  if (!(m.start_s >= 0 && m.start_s < m.end_s)) return 'A mark has to start at 0 s or later, before it ends.';
  if (m.start_s >= duration()) return `The recording ends at ${clock(duration(), 0.01)} s.`;
  if (isBox(m) && !(m.low_hz >= 0 && m.low_hz < m.high_hz)) return 'The low edge has to lie below the high edge, at 0 Hz or above.';
  return isBox(m) && m.low_hz >= topHz() ? `This recording ends at ${topHz()} Hz.` : '';
}

function edit(index, changes) {
  const next = { ...items[index], ...changes }, wrong = fault(next);
  if (wrong) { tell(wrong, true); return drawList(); }
  commit(items.map((m, i) => (i === index ? next : m)), 'Mark changed');
}

function remove(index) {
  selected = -1;
  commit(items.filter((_, i) => i !== index), 'Mark deleted');
}

function add(mark) {
  if (!mark) return draw();
  selected = items.length;
  const where = `${clock(mark.start_s, 0.01)} to ${clock(mark.end_s, 0.01)} s`;
  commit([...items, mark], `${named(mark)}: ${where}${isBox(mark) ? `, ${hertz(mark.low_hz)} to ${hertz(mark.high_hz)} Hz` : ''}`);
}
