// The prompt canvas. Marks live in pixels of the original picture, whatever the size on screen.
// `props.value` is the JSON of shared/prompts.py; everything shown comes from `items` and `found`.
const $ = (selector) => element.querySelector(selector);
const root = $('.pc'), stage = $('.pc-stage'), plane = $('.pc-plane'), svg = $('.pc-marks'), picture = $('.pc-picture');
const layer = $('.pc-layer'), ink = $('.pc-ink'), file = $('.pc-file'), live = $('.pc-live'), note = $('.pc-note');
const opacity = $('.pc-opacity input'), brushSize = $('.pc-brush input'), least = $('.pc-least input');
const SVG = 'http://www.w3.org/2000/svg';
const TOUCH_PX = 22, MOUSE_PX = 12, LONG_PRESS_MS = 550, DRAG_PX = 4, MIN_BOX_PX = 3, MOST_OBJECTS = 64;
const COLORS = Array.isArray(props.colors) && props.colors.length ? props.colors : ['#6e56cf'];

let items = [], past = [], future = [], selected = -1, mode = 'point', sign = true, active = 0;
let cursor = null, anchor = null, drag = null, sent = '', asked = 0, lastPut = 0, foundText = '', waiting = null;
let found = null, picks = new Map(), ticks = new Set(), hovered = -1, look = 'tint';
let zoom = { k: 1, x: 0, y: 0 }, pinched = null, begun = false;
const layers = new Map(), known = new WeakMap(), fingers = new Map();

// ---- changes -------------------------------------------------------------------------------------
function commit(next, said) {
  past.push(items);
  future = [];
  publish(next, said);
}

function publish(next, said) {
  const rest = props.joints && restOf(items);
  items = next; waiting = recalled = null;
  if (selected >= 0 && !(items[selected] && onStage(items[selected]))) selected = -1;
  foretell();
  settle(said);
  if (props.joints && rest === restOf(items)) return refitSoon();
  forgetSkeletons();
  if (mode === 'joint') return askRefit();
  ask('input');
}

// Masks that need no engine are shown at once; those of other objects stay until the server has answered.
function foretell() {
  const before = listing() ? [] : rows(), ids = used(items);
  const finished = (id) => items.every((m) => m.id !== id || m.type === 'mask');
  const made = ids.filter(finished).flatMap((id) => items.filter((m) => m.id === id).slice(0, 1).map(rowOfMark)).filter(Boolean);
  const kept = before.filter((row) => ids.includes(row.object_id) && !finished(row.object_id));
  found = made.length + kept.length ? { listing: false, masks: [...kept, ...made] } : null;
  foundText = '';
  hovered = -1;
}

// Tell Python what is marked and meant, and draw it.
function settle(said) {
  const now = value();
  sent = JSON.stringify(toPrompts(items));
  if (JSON.stringify(now) !== JSON.stringify(props.value || [])) props.value = now;
  say(said);
  draw();
  remember();
}

// Gradio puts off an event while an earlier one is being answered, and then sends the data of the earlier one
// with the marks of now: so all share one object, which tells the newest number.
const question = { asked: 0 };
function ask(event) {
  busy(true);
  question.asked = ++asked;
  trigger(event, question);
}

function busy(on) { root.classList.toggle('is-busy', on); if (!on) root.classList.remove('is-fitting'); }
function say(text) { if (text) live.textContent = text; }

// ---- actions, shared by buttons and keys ---------------------------------------------------------
const TOOLS = { point: 'Click tool', box: 'Box tool', brush: 'Brush', hand: 'Move the photo', joint: 'Joints' };
function use(name) { mode = name; held = null; armed = false; anchor = null; drag = null; cursor = null; draw(); say(TOOLS[name]); }

const acts = {
  keep() { sign = true; draw(); say('Keep'); },
  drop() { sign = false; draw(); say('Leave out'); },
  point() { use('point'); },
  box() { use(mode === 'box' ? 'point' : 'box'); },
  brush() { use(mode === 'brush' ? 'point' : 'brush'); },
  hand() { use(mode === 'hand' ? 'point' : 'hand'); },
  undo() { if (past.length) { future.push(items); publish(past.pop(), 'Undone'); } },
  redo() { if (future.length) { past.push(items); publish(future.pop(), 'Redone'); } },
  delete() { if (mode === 'joint') jointActs.found(); else if (selected >= 0) { const at = selected; selected = -1; commit(items.filter((_, i) => i !== at), 'Mark deleted'); } },
  clear() { if (mode === 'joint') return commit(items.filter((m) => !isJoint(m)), 'All joints as found'); selected = -1; active = 0; swap([], 'All marks removed'); },
  everything() { selected = -1; active = 0; swap([{ type: 'everything', id: -1, keep: true }], 'Everything is looked for'); },
  fresh() { active = freeId(items); draw(); say(numbered(active)); },
  remove() { const id = active; selected = -1; if (used(items).includes(id)) commit(items.filter((m) => m.id !== id), `${numbered(id)} removed`); },
  edit() { selected = -1; commit(unfrozen(null), 'The ticked masks are objects now'); },
  choose() { if (!props.fixed) file.click(); },
  in() { zoomMiddle(ZOOM_STEP); },
  out() { zoomMiddle(1 / ZOOM_STEP); },
  fit,
  ...jointActs,
};

// Marks and words are both replaced.
function swap(next, said) {
  past.push(items);
  future = [];
  items = next;
  found = null;
  foundText = '';
  forgetSkeletons();
  settle(said);
  ask('wipe');
}

function addPoint(x, y, keep) {
  const [px, py] = clampPoint(x, y), marks = unfrozen([px, py]), with_mask = withPick(marks, active);
  selected = with_mask.length;
  commit([...with_mask, { type: 'point', x: px, y: py, keep, id: active }], `${keep ? 'Keep' : 'Leave out'} at ${px}, ${py}`);
}

function addBox(box) {
  if (!box) return draw();
  const found_before = listing(), marks = unfrozen([(box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2]);
  active = found_before ? active : box.id;
  const next = [...withPick(marks, active), { ...box, id: active }];
  selected = next.length - 1;
  commit(next, `Box ${box.x0}, ${box.y0} to ${box.x1}, ${box.y1}`);
}

// ---- buttons and lists ---------------------------------------------------------------------------
element.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (!button || button.disabled) return;
  if (button.dataset.act) acts[button.dataset.act]();
  if (button.dataset.look) show(button.dataset.look);
  if (button.dataset.object) { active = Number(button.dataset.object); selected = -1; draw(); remember(); say(nameOf(active)); }
  if (button.dataset.pick) choose(Number(button.dataset.pick));
});

element.addEventListener('change', (event) => {
  if (event.target.dataset.tick) tick(Number(event.target.dataset.tick), event.target.checked);
  if (event.target.classList.contains('pc-all')) tickAll(event.target.checked);
});

$('.pc-rows').addEventListener('pointerover', (event) => {
  const over = event.target.closest('[data-row]');
  if (event.pointerType === 'touch' || !over || hovered === Number(over.dataset.row)) return;
  hovered = Number(over.dataset.row);
  drawFound();
});
$('.pc-rows').addEventListener('pointerleave', () => { hovered = -1; drawFound(); });
opacity.addEventListener('input', () => { drawFound(); remember(); });
brushSize.addEventListener('input', () => { drawMarks(); remember(); });
least.addEventListener('input', () => tickFrom(Number(least.value)));

// ---- from the server ---------------------------------------------------------------------------------
function showPicture() {
  if (props.preview) picture.src = props.preview; else picture.removeAttribute('src');
  // A strip of 1 x 5000 pixels is stretched, so that it can be seen and marked at all.
  const form = wide() && high() ? clamp(wide() / high(), 1 / 6, 8) : 4 / 3;
  stage.style.setProperty('--ratio', form);
  stage.style.setProperty('--shape', form);
  past = []; future = []; selected = -1; active = 0; cursor = null; anchor = null; found = null; foundText = ''; held = null; armed = false; person = 0;
  items = fromPrompts(props.value);
  sent = JSON.stringify(toPrompts(items));
  foretell();
  zoom = { k: 1, x: 0, y: 0 };
  lookAgain();
  applyZoom();
  draw();
  wantSkeleton();
}

function showAnswer() {
  if (props.asked && (bringing || props.asked !== asked)) return; // the photo or its marks have changed since
  bringing = false;
  takePut(); // before the masks that belong to it
  takeValue();
  if (props.bare && items.length) { past.push(items); future = []; selected = -1; active = 0; items = []; }
  busy(false);
  takeSkeletons();
  drawJointList();
  tell(props.note, props.tone === 'wrong');
  root.dataset.answer = props.answer || 0;
  const text = JSON.stringify(props.found || { listing: false, masks: [] });
  if (!props.live || text === foundText) return;
  if (props.words && props.found && props.found.listing) items = items.filter((m) => m.type !== 'everything');
  foundText = text;
  take(JSON.parse(text), waiting);
  if (rows().length) waiting = recalled = null; // else its masks are yet to come
  settle();
}

// Marks that the server puts on the photo: those of an example, of another photo, of opened prompts.
function takePut() {
  const put = props.put || {};
  if (!put.number || put.number === lastPut) return;
  lastPut = put.number;
  if (put.fresh) { past = []; active = 0; } else past.push(items);
  future = []; selected = -1; items = fromPrompts(put.marks); sent = JSON.stringify(toPrompts(items));
  props.value = put.marks; // with the choice among masks that are yet to come
  lookAgain();
  foretell();
  draw();
  wantSkeleton();
}

// Words that are being typed are not yet those whose things are listed.
function forget() {
  if (!listing() || (props.typed || '').trim() === (props.words || '').trim()) return;
  found = null;
  foundText = '';
  settle();
}

function takeValue() {
  const marks = fromPrompts(props.value), text = JSON.stringify(toPrompts(marks));
  if (text === sent) return;
  past.push(items); future = []; selected = -1; active = 0; items = marks; sent = text;
  foretell();
  draw();
}

// Marks that came with the page (an example) are answered as soon as they are seen; those of before a reload come first.
function begin() {
  if (begun || !(stage.clientWidth || props.fixed)) return;
  begun = true;
  if (restore() || !items.length) return;
  ask('input');
}

root.classList.toggle('is-fixed', Boolean(props.fixed));
root.classList.toggle('is-still', !props.live);
if (!props.live) $('[data-act=fresh] span').textContent = 'Another person';
listenToHand();
listenToKeys();
listenToFiles();
listenToJointList();
new ResizeObserver(() => { begin(); applyZoom(); }).observe(stage);
picture.addEventListener('load', () => draw());
watch('value', takeValue);
watch(['preview', 'width_px', 'height_px'], showPicture);
watch('put', takePut);
watch(['answer', 'note', 'tone'], showAnswer);
watch('typed', forget);
watch('skeletons', takeSkeletons);
watch('fitted', takeFitted);
watch('album', rememberAlbum);
showPicture();
showAnswer();
if (props.fixed) begin(); // hidden until there is a photo, perhaps one of before a reload
