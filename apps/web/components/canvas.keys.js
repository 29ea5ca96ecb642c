// The keyboard: everything that a hand can do. docs/masks.md and the list on the page name the keys.
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const PAN_PX = 60;

function nudge([sx, sy], big) {
  const step = big ? 10 : 1;
  if (mode === 'joint' && held) return nudgeJoint([sx, sy], big);
  if (selected >= 0)
    return commit(items.map((m, i) => (i === selected ? moved(m, 'all', sx * step, sy * step) : m)), 'Mark moved');
  const stride = Math.max(1, Math.round(Math.max(wide(), high()) / (big ? 12 : 60) / zoom.k));
  const [x, y] = cursor || [wide() / 2, high() / 2];
  cursor = clampPoint(x + sx * stride, y + sy * stride);
  say(`Cursor ${cursor[0]}, ${cursor[1]}`);
  reveal(cursor);
  drawMarks();
}

function place() {
  if (!cursor) { cursor = clampPoint(wide() / 2, high() / 2); return drawMarks(); }
  if (mode === 'brush') return paint([[cursor[0] + 0.5, cursor[1] + 0.5]], sign);
  if (mode !== 'box') return clicked(cursor[0], cursor[1], sign);
  if (!anchor) { anchor = cursor; return drawMarks(); }
  const box = boxOf({ keep: sign, id: boxId(sign) }, anchor[0], anchor[1], cursor[0] + 1, cursor[1] + 1);
  anchor = null;
  addBox(box);
}

function step(by) {
  const marks = items.map((m, i) => i).filter((i) => onStage(items[i]));
  if (!marks.length) return;
  const at = marks.indexOf(selected);
  selected = marks[(at + by + marks.length + (at < 0 && by < 0 ? 1 : 0)) % marks.length];
  const m = items[selected];
  active = m.id;
  say(`${m.keep ? 'Keep' : 'Leave out'} ${m.type} ${marks.indexOf(selected) + 1} of ${marks.length}`);
  draw();
}

function nextObject() {
  const ids = [...new Set([...used(items), freeId(items)])].sort((a, b) => a - b);
  active = ids[(ids.indexOf(active) + 1) % ids.length];
  draw();
  say(nameOf(active));
}

function resize(by) {
  brushSize.value = clamp(Number(brushSize.value) + by, 1, 100);
  say(`Brush ${Math.round(brushPx())} pixels`);
  drawMarks();
}

function show(name) { look = name; draw(); remember(); say({ tint: 'Tint', line: 'Outline', cut: 'Cut-out' }[name]); }

const keyMap = () => ({
  '+': acts.keep, '=': acts.keep, '-': acts.drop, c: acts.point, b: acts.box, f: acts.brush, h: acts.hand, j() { if (props.joints) acts.joint(); }, u: acts.undo, r: acts.redo,
  Delete: acts.delete, Backspace: acts.delete, Enter: place, ' ': place, n: () => step(1), p: () => step(-1), o: nextObject,
  1: () => choose(0), 2: () => choose(1), 3: () => choose(2), '[': () => resize(-3), ']': () => resize(3),
  v: () => show({ tint: 'line', line: 'cut', cut: 'tint' }[look]), z: acts.in, Z: acts.out, x: acts.out, 0: fit,
  e() { if (props.everything) acts.everything(); }, X: acts.remove,
  Escape() { selected = -1; anchor = null; cursor = null; mode = 'point'; draw(); },
  '?'() { $('.pc-keys').open = !$('.pc-keys').open; },
  a: () => pan(PAN_PX, 0), d: () => pan(-PAN_PX, 0), w: () => pan(0, PAN_PX), s: () => pan(0, -PAN_PX),
});

function listenToKeys() {
  const keys = keyMap(), joints = jointKeys();
  stage.addEventListener('keydown', (event) => {
    if (!props.preview || event.altKey || event.target !== stage) return;
    let act = STEPS[event.key] ? () => nudge(STEPS[event.key], event.shiftKey) : (mode === 'joint' && joints[event.key]) || keys[event.key];
    if (event.ctrlKey || event.metaKey) act = { z: event.shiftKey ? acts.redo : acts.undo, Z: acts.redo, y: acts.redo }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
