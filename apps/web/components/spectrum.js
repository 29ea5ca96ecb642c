// Part six: hands and keys, files in, answers of the server.
const TOUCH_PX = 22, MOUSE_PX = 9, LONG_PRESS_MS = 550, DRAG_PX = 4;
let drag = null, pinch = null;
const fingers = new Map();

const acts = {
  box: () => use('box'), time: () => use('time'), like: () => use('like'), noise: () => use('noise'), hand: () => use('hand'),
  keep() { sign = true; draw(); }, drop() { sign = false; draw(); },
  undo() { if (past.length) { future.push(items); publish(past.pop(), 'Undone'); } },
  redo() { if (future.length) { past.push(items); publish(future.pop(), 'Redone'); } },
  delete() { if (selected >= 0) remove(selected); },
  clear() { if (items.length) { selected = -1; commit([], 'All marks removed'); } },
  choose() { file.click(); },
  play() { if (audio.paused) play(); else halt(); },
  hear,
  in: () => zoom(0.5), out: () => zoom(2), whole: () => show(0, duration()),
  mel: () => turn('mel'), log: () => turn('log'), linear: () => turn('linear'),
};

function use(name) { tool = name; draw(); say(`${name} tool`); }
function turn(wanted) {
  if (wanted === (turning || axis()) || !duration()) return;
  turning = wanted;
  busy(true);
  look();
}

// ---- pointer -------------------------------------------------------------------------------------
// Handles and edges are taken hold of; the inside of a box only when it is selected, so that boxes can be
// drawn inside one another, and inside marked times.
function hit(event) {
  const [x, y] = inStage(event), reach = event.pointerType === 'touch' ? TOUCH_PX : MOUSE_PX, order = items.map((_, i) => i).reverse();
  if (selected >= 0) order.unshift(selected);
  for (const index of order) {
    const m = items[index], { l, t, r, b } = frame(m);
    const inX = x > l - reach && x < r + reach, inY = y > t - reach && y < b + reach;
    if (!inX || !inY) continue;
    const tall = Math.min(reach, Math.max((b - t) / 3, 3)), wide = Math.min(reach, Math.max((r - l) / 3, 3));
    let part = isBox(m) ? (Math.abs(y - t) <= tall ? 'n' : Math.abs(y - b) <= tall ? 's' : '') : '';
    part += Math.abs(x - l) <= wide ? 'w' : Math.abs(x - r) <= wide ? 'e' : '';
    if (part && (isBox(m) || y > TAG_PX + 2)) return { index, part };
    const inside = x > l && x < r && y > t && y < b;
    if (inside && (isBox(m) ? index === selected : y <= TAG_PX + 2)) return { index, part: 'all' };
  }
  return null;
}

function under(event) {
  const [x, y] = inStage(event), size = (i) => { const { l, t, r, b } = frame(items[i]); return (r - l) * (b - t); };
  const found = items.map((_, i) => i).filter((i) => { const { l, t, r, b } = frame(items[i]); return isBox(items[i]) && x >= l && x <= r && y >= t && y <= b; });
  return found.sort((a, b) => size(a) - size(b))[0] ?? -1;
}

stage.addEventListener('contextmenu', (event) => { if (duration()) event.preventDefault(); });

stage.addEventListener('pointerdown', (event) => {
  if (!duration() || (event.pointerType === 'mouse' && event.button > 2)) return;
  const [x, y] = inStage(event);
  fingers.set(event.pointerId, [x, y]);
  if (fingers.size === 2) return startPinch();
  if (drag) return;
  const found = hit(event), keep = event.shiftKey || event.button === 2 ? !sign : sign, other = event.button === 1 || tool === 'hand';
  drag = { ...(found || { index: -1 }), id: event.pointerId, x, y, keep, pan: !found && other, from, to, kind: KIND_OF[tool] };
  if (found) {
    if (event.pointerType === 'touch') drag.press = setTimeout(() => { drag = null; remove(found.index); }, LONG_PRESS_MS);
    choose(found.index);
  }
  try { stage.setPointerCapture(event.pointerId); } catch (_) { /* already gone */ }
  stage.focus({ preventScroll: true });
  draw();
});

stage.addEventListener('pointermove', (event) => {
  const [x, y] = inStage(event);
  if (fingers.has(event.pointerId)) fingers.set(event.pointerId, [x, y]);
  if (pinch) return movePinch();
  if (!drag) return hover(event);
  if (drag.id !== event.pointerId || (!drag.moved && Math.hypot(x - drag.x, y - drag.y) < DRAG_PX)) return;
  drag.moved = true;
  clearTimeout(drag.press);
  const dx = x - drag.x, dy = y - drag.y;
  if (drag.index >= 0) drag.now = moved(items[drag.index], drag.part, dx, dy);
  else if (drag.pan) { const by = -dx * ((drag.to - drag.from) / plot().w); return show(drag.from + by, drag.to + by); }
  else drag.ghost = markBetween(drag.kind, drag.keep, drag.x, drag.y, x, y);
  draw();
});

stage.addEventListener('pointerup', (event) => {
  fingers.delete(event.pointerId);
  if (pinch) { if (!fingers.size) pinch = null; return; }
  if (!drag || drag.id !== event.pointerId) return;
  const done = drag;
  clearTimeout(done.press);
  drag = null;
  if (done.index >= 0) return done.moved ? commit(items.map((m, i) => (i === done.index ? done.now : m)), 'Mark moved') : draw();
  if (!done.moved) { seek(secondsAt(done.x)); return choose(under(event)); }
  if (!done.pan) add(done.ghost);
});

stage.addEventListener('pointercancel', (event) => {
  fingers.delete(event.pointerId);
  if (drag) clearTimeout(drag.press);
  drag = pinch = null;
  draw();
});

const CURSORS = { n: 'ns-resize', s: 'ns-resize', e: 'ew-resize', w: 'ew-resize', ne: 'nesw-resize', sw: 'nesw-resize', nw: 'nwse-resize', se: 'nwse-resize', all: 'move' };
function hover(event) {
  if (event.pointerType !== 'mouse' || !duration()) return;
  const found = hit(event);
  stage.style.cursor = found ? CURSORS[found.part] : tool === 'hand' ? 'grab' : 'crosshair';
}

function startPinch() {
  if (drag) clearTimeout(drag.press);
  drag = null;
  const [a, b] = [...fingers.values()];
  pinch = { gap: Math.max(Math.abs(a[0] - b[0]), 20), at: secondsAt((a[0] + b[0]) / 2), length: to - from };
}
function movePinch() {
  if (fingers.size < 2) return;
  const [a, b] = [...fingers.values()], p = plot(), middle = ((a[0] + b[0]) / 2 - p.x) / p.w;
  const length = clamp((pinch.length * pinch.gap) / Math.max(Math.abs(a[0] - b[0]), 20), shortest(), duration());
  show(pinch.at - middle * length, pinch.at + (1 - middle) * length);
}

// A plain wheel scrolls the page, as everywhere; with Ctrl (or a pinch on a touchpad) it zooms.
stage.addEventListener('wheel', (event) => {
  if (!duration()) return;
  const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY) ? event.deltaX : event.shiftKey ? event.deltaY : 0;
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    zoom(2 ** clamp(event.deltaY / 160, -1, 1), secondsAt(inStage(event)[0]));
  } else if (sideways && to - from < duration()) {
    event.preventDefault();
    const by = (sideways / plot().w) * (to - from);
    show(from + by, to + by);
  }
}, { passive: false });

// ---- keyboard ------------------------------------------------------------------------------------
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function nudge([sx, sy], big, resize) {
  const step = big ? 10 : 1;
  if (selected < 0) return sx ? seek(audio.currentTime + sx * step * pixelSeconds() * 5) : undefined;
  const part = resize ? (sx ? 'e' : 'n') : 'all', next = sy && !isBox(items[selected]) ? items[selected] : moved(items[selected], part, sx * step, sy * step);
  if (next !== items[selected]) commit(items.map((m, i) => (i === selected ? next : m)), 'Mark moved');
}

function place() {
  const p = plot(), x = clamp(xOf(audio.currentTime || 0, p), p.x, p.x + p.w * 0.9);
  if (tool === 'hand') use('box');
  add(markBetween(KIND_OF[tool], sign, x, p.y + p.h * 0.35, x + p.w * 0.1, p.y + p.h * 0.65));
}

function step(by) {
  if (!items.length) return;
  choose((selected + by + items.length + (selected < 0 && by < 0 ? 1 : 0)) % items.length);
  say(`${named(items[selected])}, ${selected + 1} of ${items.length}`);
}

function toMark() {
  const m = items[selected];
  if (m) show(m.start_s - (m.end_s - m.start_s), m.end_s + (m.end_s - m.start_s));
}

const KEYS = {
  '+': acts.keep, '=': acts.keep, '-': acts.drop, b: acts.box, t: acts.time, l: acts.like, x: acts.noise, h: acts.hand,
  u: acts.undo, r: acts.redo, Delete: acts.delete, Backspace: acts.delete, Enter: place, n: () => step(1), p: () => step(-1),
  i: acts.in, o: acts.out, 0: acts.whole, z: toMark,
  Escape() { drag = null; choose(-1); },
  '?'() { $('.sb-keys').open = !$('.sb-keys').open; },
};

stage.addEventListener('keydown', (event) => {
  if (!duration() || event.target !== stage) return;
  let act = STEPS[event.key] ? () => nudge(STEPS[event.key], event.shiftKey, event.altKey) : KEYS[event.key];
  if (event.key === ' ') act = event.shiftKey ? hear : acts.play;
  if (event.ctrlKey || event.metaKey) act = { z: event.shiftKey ? acts.redo : acts.undo, Z: acts.redo, y: acts.redo }[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-act]');
  if (button && !button.disabled) acts[button.dataset.act]();
});
scroll.addEventListener('input', () => show(Number(scroll.value), Number(scroll.value) + to - from));

// ---- files in --------------------------------------------------------------------------------------
async function take(chosen) {
  if (!chosen) return;
  busy(true);
  tell('Sending the recording…');
  try {
    const { path } = await upload(chosen);
    trigger('upload', { path });
  } catch (_) {
    busy(false);
    tell(`The recording could not be sent (it may be larger than ${props.limit || 'allowed'}). Choose a smaller one.`, true);
  }
}

file.addEventListener('change', () => { take(file.files[0]); file.value = ''; });
stage.addEventListener('dragover', (event) => { event.preventDefault(); root.classList.add('is-over'); });
stage.addEventListener('dragleave', () => root.classList.remove('is-over'));
stage.addEventListener('drop', (event) => {
  event.preventDefault();
  root.classList.remove('is-over');
  take(event.dataTransfer.files[0]);
});

// ---- from the server ---------------------------------------------------------------------------------
let opened = '';
function showInfo() {
  const now = JSON.stringify(props.info || {});
  if (now === opened) return draw();
  opened = now;
  halt();
  const url = info().sound ? info().sound.url : '';
  if (url) audio.src = url; else audio.removeAttribute('src');
  past = []; future = []; selected = -1; drag = null;
  const look = props.look || {};
  [from, to] = look.end_s > look.start_s ? [clamp(look.start_s, 0, duration()), Math.min(look.end_s, duration())] : [0, duration()];
  items = fromPrompts(props.value);
  sent = JSON.stringify(items);
  draw();
  drawList();
  askOverview();
}

// A picture that did not come with the page is asked for when the board is seen for the first time.
let asked = '';
function askOverview() {
  if (!duration() || overview() || asked === opened || !stage.clientWidth) return;
  asked = opened;
  turning = (props.look || {}).axis || 'mel';
  busy(true);
  look();
}

function takeValue() {
  const marks = fromPrompts(props.value), text = JSON.stringify(marks);
  if (text === sent) return;
  past.push(items); future = []; selected = -1; items = marks; sent = text;
  draw();
  drawList();
}

// Marks that the server puts on the picture: those of an example, of a session.
let lastPut = 0;
function takePut() {
  const put = props.put || {};
  if (!put.number || put.number === lastPut) return;
  lastPut = put.number;
  if (put.fresh) past = []; else past.push(items);
  future = []; selected = -1; items = fromPrompts(put.marks); sent = JSON.stringify(items);
  props.value = items.map((m) => ({ ...m }));
  draw();
  drawList();
}

function showAnswer() {
  busy(false);
  if (props.tone === 'wrong') turning = '';
  tell(props.note, props.tone === 'wrong');
  root.dataset.answer = props.answer || 0;
}

if (matchMedia('(pointer: coarse)').matches) tool = 'hand';
file.accept = props.accept || '';
$('.sb-kinds').textContent = props.kinds || '';
new ResizeObserver(() => { draw(); askOverview(); }).observe(stage);
watch('value', takeValue);
watch('put', takePut);
watch('info', showInfo);
watch('detail', draw);
watch('overview', () => { if (overview() && axis() === turning) turning = ''; if (duration() && to > from) show(from, to); });
watch(['answer', 'note', 'tone'], showAnswer);
showInfo(); showAnswer(); drawList();
