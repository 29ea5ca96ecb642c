// The prompt canvas. Marks live in pixels of the original picture, whatever the size on screen.
// `props.value` is the JSON of shared/prompts.py; everything shown comes from `items` below.
const $ = (selector) => element.querySelector(selector);
const root = $('.pc'), stage = $('.pc-stage'), svg = $('.pc-marks'), picture = $('.pc-picture');
const file = $('.pc-file'), live = $('.pc-live'), note = $('.pc-note'), opacity = $('.pc-opacity input');
const SVG = 'http://www.w3.org/2000/svg';
const TOUCH_PX = 22, MOUSE_PX = 12, LONG_PRESS_MS = 550, DRAG_PX = 4, MIN_BOX_PX = 3;

let items = [], past = [], future = [], selected = -1, mode = 'point', sign = true;
let cursor = null, anchor = null, drag = null, sent = '';

// ---- prompts <-> marks -------------------------------------------------------------------------
function toPrompts(marks) {
  const clicks = new Map(), prompts = [];
  for (const m of marks.filter((m) => m.type === 'point')) {
    if (!clicks.has(m.id)) clicks.set(m.id, { kind: 'points', xy_px: [], keep: [], object_id: m.id });
    clicks.get(m.id).xy_px.push([m.x, m.y]);
    clicks.get(m.id).keep.push(m.keep);
  }
  for (const m of marks.filter((m) => m.type === 'box'))
    prompts.push({ kind: 'box', xyxy_px: [m.x0, m.y0, m.x1, m.y1], keep: m.keep, object_id: m.id });
  return [...clicks.values(), ...prompts];
}

function fromPrompts(prompts) {
  const marks = [];
  for (const p of Array.isArray(prompts) ? prompts : []) {
    if (p.kind === 'points')
      p.xy_px.forEach(([x, y], i) => marks.push({ type: 'point', x, y, keep: p.keep[i] !== false, id: p.object_id || 0 }));
    if (p.kind === 'box') {
      const [x0, y0, x1, y1] = p.xyxy_px;
      marks.push({ type: 'box', x0, y0, x1, y1, keep: p.keep !== false, id: p.object_id || 0 });
    }
  }
  return marks;
}

function commit(next, said) {
  past.push(items);
  future = [];
  publish(next, said);
}

function publish(next, said) {
  items = next;
  if (selected >= items.length) selected = -1;
  const prompts = toPrompts(items);
  sent = JSON.stringify(prompts);
  props.value = prompts;
  busy(true);
  say(said);
  draw();
  trigger('input');
}

// ---- geometry ----------------------------------------------------------------------------------
const wide = () => props.width_px || 0, high = () => props.height_px || 0;
const clamp = (v, low, top) => Math.min(Math.max(v, low), top);
const clampPoint = (x, y) => [clamp(Math.floor(x), 0, wide() - 1), clamp(Math.floor(y), 0, high() - 1)];

function toPixels(event) {
  const r = picture.getBoundingClientRect();
  return [((event.clientX - r.left) / r.width) * wide(), ((event.clientY - r.top) / r.height) * high()];
}

function toScreen(x, y) {
  const r = picture.getBoundingClientRect(), s = svg.getBoundingClientRect();
  return [r.left - s.left + (x / wide()) * r.width, r.top - s.top + (y / high()) * r.height];
}

const middle = (m) => toScreen(m.x + 0.5, m.y + 0.5);
const corners = (m) => [[m.x0, m.y0], [m.x1, m.y0], [m.x1, m.y1], [m.x0, m.y1]].map(([x, y]) => toScreen(x, y));

function hit(event) {
  const s = svg.getBoundingClientRect(), px = event.clientX - s.left, py = event.clientY - s.top;
  const reach = event.pointerType === 'touch' ? TOUCH_PX : MOUSE_PX;
  for (let i = items.length - 1; i >= 0; i--) {
    const m = items[i];
    if (m.type === 'point') {
      const [x, y] = middle(m);
      if (Math.hypot(x - px, y - py) <= reach) return { index: i, part: 'all' };
    } else {
      const c = corners(m), near = c.findIndex(([x, y]) => Math.hypot(x - px, y - py) <= reach);
      if (near >= 0) return { index: i, part: near };
      const [[l, t], , [r, b]] = c, inX = px > l - 6 && px < r + 6, inY = py > t - 6 && py < b + 6;
      const edge = Math.min(Math.abs(px - l), Math.abs(px - r)) < 7 || Math.min(Math.abs(py - t), Math.abs(py - b)) < 7;
      if (inX && inY && edge) return { index: i, part: 'all' };
    }
  }
  return null;
}

function moved(m, part, dx, dy) {
  if (m.type === 'point') {
    const [x, y] = clampPoint(m.x + 0.5 + dx, m.y + 0.5 + dy);
    return { ...m, x, y };
  }
  if (part === 'all') {
    const x = Math.round(clamp(dx, -m.x0, wide() - m.x1)), y = Math.round(clamp(dy, -m.y0, high() - m.y1));
    return { ...m, x0: m.x0 + x, x1: m.x1 + x, y0: m.y0 + y, y1: m.y1 + y };
  }
  const c = [[m.x0, m.y0], [m.x1, m.y0], [m.x1, m.y1], [m.x0, m.y1]];
  const [fx, fy] = c[(part + 2) % 4], [x, y] = c[part];
  return boxOf(m, fx, fy, x + dx, y + dy) || m;
}

function boxOf(base, ax, ay, bx, by) {
  const x0 = Math.round(clamp(Math.min(ax, bx), 0, wide())), x1 = Math.round(clamp(Math.max(ax, bx), 0, wide()));
  const y0 = Math.round(clamp(Math.min(ay, by), 0, high())), y1 = Math.round(clamp(Math.max(ay, by), 0, high()));
  return x1 - x0 < MIN_BOX_PX || y1 - y0 < MIN_BOX_PX ? null : { ...base, type: 'box', x0, y0, x1, y1 };
}

function newBox(ax, ay, bx, by, keep) {
  const used = items.filter((m) => m.type === 'box').map((m) => m.id);
  let id = 0;
  while (used.includes(id)) id += 1;
  return boxOf({ keep, id }, ax, ay, bx, by);
}

// ---- drawing -----------------------------------------------------------------------------------
function shape(name, attributes, parent = svg) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  parent.appendChild(node);
  return node;
}

function draw() {
  svg.replaceChildren();
  root.classList.toggle('has-picture', !!props.preview);
  for (const name of ['keep', 'drop']) $(`[data-act=${name}]`).setAttribute('aria-pressed', String(sign === (name === 'keep')));
  $('[data-act=box]').setAttribute('aria-pressed', String(mode === 'box'));
  $('[data-act=undo]').disabled = !past.length;
  $('[data-act=redo]').disabled = !future.length;
  $('[data-act=delete]').disabled = selected < 0;
  $('[data-act=clear]').disabled = !items.length;
  root.dataset.mode = mode;
  root.dataset.sign = sign ? 'keep' : 'drop';
  if (!props.preview || !wide()) return;
  const shown = drag && drag.ghost ? [...items, drag.ghost] : items;
  shown.forEach((m, i) => drawMark(drag && drag.moved && drag.index === i ? drag.now : m, i === selected));
  if (cursor) drawCursor();
}

function drawMark(m, chosen) {
  const g = shape('g', { class: `mark ${m.keep ? 'keep' : 'drop'}${chosen ? ' chosen' : ''}` });
  if (m.type === 'box') {
    const c = corners(m), [l, t] = c[0], [r, b] = c[2];
    shape('rect', { x: l, y: t, width: r - l, height: b - t, class: 'halo' }, g);
    shape('rect', { x: l, y: t, width: r - l, height: b - t, class: 'edge' }, g);
    for (const [x, y] of c) {
      shape('circle', { cx: x, cy: y, r: TOUCH_PX, class: 'reach' }, g);
      shape('circle', { cx: x, cy: y, r: chosen ? 6 : 4, class: 'handle' }, g);
    }
    return;
  }
  const [x, y] = middle(m);
  shape('circle', { cx: x, cy: y, r: TOUCH_PX, class: 'reach' }, g);
  if (chosen) shape('circle', { cx: x, cy: y, r: 14, class: 'ring' }, g);
  shape('circle', { cx: x, cy: y, r: 9, class: 'dot' }, g);
  shape('path', { d: `M${x - 4} ${y}h8${m.keep ? `M${x} ${y - 4}v8` : ''}`, class: 'glyph' }, g);
}

function drawCursor() {
  const [x, y] = toScreen(cursor[0] + 0.5, cursor[1] + 0.5);
  shape('path', { d: `M${x - 14} ${y}h10M${x + 4} ${y}h10M${x} ${y - 14}v10M${x} ${y + 4}v10`, class: 'cursor' });
  if (!anchor) return;
  const [ax, ay] = toScreen(anchor[0], anchor[1]);
  shape('rect', { x: Math.min(x, ax), y: Math.min(y, ay), width: Math.abs(x - ax), height: Math.abs(y - ay), class: 'halo' });
}

function busy(on) { root.classList.toggle('is-busy', on); }
function say(text) { if (text) live.textContent = text; }

// ---- actions, shared by buttons and keys ---------------------------------------------------------
const acts = {
  keep() { sign = true; draw(); },
  drop() { sign = false; draw(); },
  box() { mode = mode === 'box' ? 'point' : 'box'; anchor = null; draw(); say(mode === 'box' ? 'Box tool' : 'Point tool'); },
  undo() { if (past.length) { future.push(items); publish(past.pop(), 'Undone'); } },
  redo() { if (future.length) { past.push(items); publish(future.pop(), 'Redone'); } },
  delete() { if (selected >= 0) { const at = selected; selected = -1; commit(items.filter((_, i) => i !== at), 'Mark deleted'); } },
  clear() { if (items.length) { selected = -1; commit([], 'All marks removed'); } },
  choose() { file.click(); },
};

function addPoint(x, y, keep) {
  const [px, py] = clampPoint(x, y);
  selected = items.length;
  commit([...items, { type: 'point', x: px, y: py, keep, id: 0 }], `${keep ? 'Keep' : 'Leave out'} at ${px}, ${py}`);
}

function addBox(box) {
  if (!box) return draw();
  selected = items.length;
  commit([...items, box], `Box ${box.x0}, ${box.y0} to ${box.x1}, ${box.y1}`);
}

// ---- pointer -------------------------------------------------------------------------------------
stage.addEventListener('contextmenu', (event) => { if (props.preview) event.preventDefault(); });

stage.addEventListener('pointerdown', (event) => {
  if (!props.preview || drag || (event.pointerType === 'mouse' && event.button > 2)) return;
  const found = hit(event), from = toPixels(event), keep = sign && !event.shiftKey && event.button !== 2;
  cursor = null;
  drag = { ...(found || { index: -1 }), id: event.pointerId, from, x: event.clientX, y: event.clientY, keep, moved: false };
  if (found) {
    selected = found.index;
    if (event.pointerType === 'touch') drag.press = setTimeout(() => { drag = null; acts.delete(); }, LONG_PRESS_MS);
  }
  if (found || mode === 'box') try { stage.setPointerCapture(event.pointerId); } catch (_) { /* already gone */ }
  stage.focus({ preventScroll: true });
  draw();
});

stage.addEventListener('pointermove', (event) => {
  if (!drag || drag.id !== event.pointerId) return;
  if (!drag.moved && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < DRAG_PX) return;
  drag.moved = true;
  clearTimeout(drag.press);
  const [x, y] = toPixels(event), [fx, fy] = drag.from;
  if (drag.index >= 0) drag.now = moved(items[drag.index], drag.part, x - fx, y - fy);
  else if (mode === 'box') drag.ghost = newBox(fx, fy, x, y, drag.keep);
  draw();
});

stage.addEventListener('pointerup', (event) => {
  if (!drag || drag.id !== event.pointerId) return;
  const done = drag;
  clearTimeout(done.press);
  drag = null;
  if (done.index >= 0) {
    if (done.moved) commit(items.map((m, i) => (i === done.index ? done.now : m)), 'Mark moved');
    else draw();
  } else if (mode === 'box') addBox(done.ghost);
  else if (!done.moved) addPoint(...done.from, done.keep);
  else draw();
});

stage.addEventListener('pointercancel', () => { if (drag) clearTimeout(drag.press); drag = null; draw(); });

// ---- keyboard --------------------------------------------------------------------------------------
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function nudge([sx, sy], big) {
  const step = big ? 10 : 1;
  if (selected >= 0)
    return commit(items.map((m, i) => (i === selected ? moved(m, 'all', sx * step, sy * step) : m)), 'Mark moved');
  const stride = Math.max(1, Math.round(Math.max(wide(), high()) / (big ? 12 : 60)));
  const [x, y] = cursor || [wide() / 2, high() / 2];
  cursor = clampPoint(x + sx * stride, y + sy * stride);
  say(`Cursor ${cursor[0]}, ${cursor[1]}`);
  draw();
}

function place() {
  if (!cursor) { cursor = clampPoint(wide() / 2, high() / 2); return draw(); }
  if (mode !== 'box') return addPoint(cursor[0], cursor[1], sign);
  if (!anchor) { anchor = cursor; return draw(); }
  const box = newBox(anchor[0], anchor[1], cursor[0] + 1, cursor[1] + 1, sign);
  anchor = null;
  addBox(box);
}

function step(by) {
  if (!items.length) return;
  selected = (selected + by + items.length + (selected < 0 && by < 0 ? 1 : 0)) % items.length;
  const m = items[selected];
  say(`${m.keep ? 'Keep' : 'Leave out'} ${m.type} ${selected + 1} of ${items.length}`);
  draw();
}

const KEYS = {
  '+': acts.keep, '=': acts.keep, '-': acts.drop, b: acts.box, u: acts.undo, r: acts.redo,
  Delete: acts.delete, Backspace: acts.delete, Enter: place, ' ': place, n: () => step(1), p: () => step(-1),
  Escape() { selected = -1; anchor = null; cursor = null; if (mode === 'box') mode = 'point'; draw(); },
  '?'() { $('.pc-keys').open = !$('.pc-keys').open; },
};

stage.addEventListener('keydown', (event) => {
  if (!props.preview || event.altKey || event.target !== stage) return;
  let act = STEPS[event.key] ? () => nudge(STEPS[event.key], event.shiftKey) : KEYS[event.key];
  if (event.ctrlKey || event.metaKey)
    act = { z: event.shiftKey ? acts.redo : acts.undo, Z: acts.redo, y: acts.redo }[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-act]');
  if (button && !button.disabled) acts[button.dataset.act]();
});

// ---- pictures in -----------------------------------------------------------------------------------
async function take(chosen) {
  if (!chosen) return;
  if (chosen.type && !chosen.type.startsWith('image/')) return tell('That is not a picture. Choose a JPEG, PNG or WebP file.', true);
  busy(true);
  tell('Sending the photo…');
  try {
    const { path } = await upload(chosen);
    trigger('upload', { path });
  } catch (error) {
    busy(false);
    tell(`The photo could not be sent (it may be larger than ${props.limit || 'allowed'}). Choose a smaller one.`, true);
  }
}

function tell(text, wrong = false) {
  note.textContent = text || '';
  root.classList.toggle('is-wrong', wrong);
}

file.addEventListener('change', () => { take(file.files[0]); file.value = ''; });
stage.addEventListener('dragover', (event) => { event.preventDefault(); root.classList.add('is-over'); });
stage.addEventListener('dragleave', () => root.classList.remove('is-over'));
stage.addEventListener('drop', (event) => {
  event.preventDefault();
  root.classList.remove('is-over');
  take(event.dataTransfer.files[0]);
});
document.addEventListener('paste', (event) => {
  if (element.offsetParent === null || event.target.closest('input, textarea')) return;
  const pasted = [...event.clipboardData.files].find((f) => f.type.startsWith('image/'));
  if (pasted) take(pasted);
});

// ---- from the server ---------------------------------------------------------------------------------
function showPicture() {
  if (props.preview) picture.src = props.preview; else picture.removeAttribute('src');
  stage.style.setProperty('--ratio', wide() && high() ? `${wide()} / ${high()}` : '4 / 3');
  stage.style.setProperty('--shape', wide() && high() ? wide() / high() : 4 / 3);
  past = []; future = []; selected = -1; cursor = null; anchor = null;
  items = fromPrompts(props.value);
  sent = JSON.stringify(toPrompts(items));
  draw();
}

function showMask() {
  const layer = $('.pc-mask div');
  layer.style.maskImage = layer.style.webkitMaskImage = props.mask ? `url("${props.mask}")` : 'none';
  root.classList.toggle('has-mask', !!props.mask);
}

function showAnswer() {
  busy(false);
  tell(props.note, props.tone === 'wrong');
  root.dataset.answer = props.answer || 0;
}

function takeValue() {
  const marks = fromPrompts(props.value), text = JSON.stringify(toPrompts(marks));
  if (text === sent) return;
  past.push(items); future = []; selected = -1; items = marks; sent = text;
  draw();
}

// Marks that came with the page (an example) are answered as soon as they are seen.
let begun = false;
function begin() {
  if (begun || !items.length || !stage.clientWidth) return;
  begun = true;
  busy(true);
  trigger('input');
}

opacity.addEventListener('input', () => root.style.setProperty('--mask-opacity', opacity.value / 100));
new ResizeObserver(() => { draw(); begin(); }).observe(stage);
picture.addEventListener('load', () => draw());
watch('value', takeValue);
watch(['preview', 'width_px', 'height_px'], showPicture);
watch('mask', showMask);
watch(['answer', 'note', 'tone'], showAnswer);
showPicture(); showMask(); showAnswer();
