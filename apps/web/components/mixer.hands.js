// What a hand and the keys do to the mixer.
function timeAt(event) {
  const r = ruler.getBoundingClientRect();
  return clamp(((event.clientX - r.left) / r.width - shown.plot[0]) / shown.plot[1], 0, 1) * length();
}

// A click on the ruler goes there; a drag is a region to loop.
function dragRuler() {
  let from = null;
  ruler.addEventListener('pointerdown', (e) => {
    if (!shown || e.button) return;
    from = { x: e.clientX, time: timeAt(e), far: false };
    ruler.setPointerCapture(e.pointerId);
  });
  ruler.addEventListener('pointermove', (e) => {
    if (!from) return;
    from.far = from.far || Math.abs(e.clientX - from.x) > DRAG_PX;
    if (!from.far) return;
    region = [from.time, timeAt(e)].sort((a, b) => a - b);
    looping = true;
    paint();
  });
  const end = (e) => {
    if (!from) return;
    if (from.far) setRegion([from.time, timeAt(e)]); else seek(from.time);
    from = null;
  };
  ruler.addEventListener('pointerup', end);
  ruler.addEventListener('pointercancel', () => { from = null; });
}

let heldSince = 0;
const KEYS = {
  ' ': () => (playing ? halt() : start()),
  s: () => press('solo'),
  m: () => press('mute'),
  l: () => ACTS.loop(),
  '[': () => setRegion([at, region && region[1] > at ? region[1] : length()]),
  ']': () => setRegion([region && region[0] < at ? region[0] : 0, at]),
  Home: () => seek(0),
  ArrowLeft: (e) => seek(at - (e.shiftKey ? 1 : SEEK_S)),
  ArrowRight: (e) => seek(at + (e.shiftKey ? 1 : SEEK_S)),
  ArrowUp: () => choose(-1),
  ArrowDown: () => choose(1),
};

function press(kind) {
  const { id } = stems[chosen];
  change(id, { [kind]: !state[id][kind] });
  hear('mine');
}

function choose(by) {
  chosen = clamp(chosen + by, 0, stems.length - 1);
  rows.children[lines.indexOf(stems[chosen])].scrollIntoView({ block: 'nearest', behavior: 'smooth' });
  paint();
}

// Keys are ours when the mixer has the focus, or when nothing else that takes keys has it.
function ours(e) {
  if (!shown || e.ctrlKey || e.metaKey || e.defaultPrevented || !element.isConnected || !root.offsetParent) return false;
  const focus = document.activeElement, inside = root.contains(focus);
  if (!inside && focus && focus !== document.body && !focus.contains(root)) return false;
  if (!focus || !inside) return true;
  if (focus.matches('input[type=range]')) return !/^(Arrow|Home|End|Page)/.test(e.key);
  if (focus.matches(KEYED)) return false;
  // A button that was reached with Tab keeps its space bar; one that was clicked leaves it to playing.
  return !(e.key === ' ' && focus.matches('button, a, summary') && focus.matches(':focus-visible'));
}

function onKey(e) {
  if (!ours(e)) return;
  const key = e.key.length === 1 ? e.key.toLowerCase() : e.key;
  if (/^[1-9]$/.test(key)) {
    if (!stems[key - 1]) return;
    chosen = key - 1;
    soloAlone(stems[chosen].id);
  } else if (key === 'a') {
    if (e.repeat) return e.preventDefault();
    heldSince = performance.now();
    hear(hearing === 'mine' ? other : 'mine');
  } else if (KEYS[key] && !(e.altKey && key !== ' ')) {
    if (e.repeat && !key.startsWith('Arrow')) return e.preventDefault();
    KEYS[key](e);
  } else return;
  e.preventDefault();
}

function onKeyUp(e) {
  if (e.key.toLowerCase() !== 'a' || !heldSince) return;
  if (performance.now() - heldSince > HOLD_MS) hear(hearing === 'mine' ? other : 'mine');
  heldSince = 0;
}

function listen() {
  $('.mx-play').addEventListener('click', () => (playing ? halt() : start()));
  root.addEventListener('click', (e) => {
    const button = e.target.closest('[data-act]');
    if (button) ACTS[button.dataset.act]();
  });
  dragRuler();
  document.addEventListener('keydown', onKey);
  document.addEventListener('keyup', onKeyUp);
  new ResizeObserver(drawRuler).observe(ruler);
}
