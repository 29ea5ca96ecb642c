// Joints of people: where a fit puts them, what a person says of them, and the fit that follows.
// What is said of a joint is a mark: {type: 'joint', id: -1, person, name, xy: [column, row] or null, hidden, depth}.
const REFIT_MS = 350, CORE = ['left_shoulder', 'right_shoulder', 'left_hip', 'right_hip'];
const skeletons = new Map(); // a photo's name to {people, key}
let held = null, armed = false, behind = true, person = 0, atOnce = true, refitTimer = 0, lastSkeletons = 0, lastFitted = 0;

const jointNames = () => (props.joints ? props.joints.names : []);
const wordsOf = (name) => name.replaceAll('_', ' ').replace('foot index', 'toe');
const titleOf = (name) => wordsOf(name).replace(/^./, (letter) => letter.toUpperCase());
const isJoint = (m) => m.type === 'joint';
const people = () => (skeletons.get(props.source) || { people: [] }).people;
const bodyOf = (who) => people().find((one) => one.id === who);
const fittedJoint = (who, name) => { const body = bodyOf(who); return (body && body.joints[name]) || null; };
const saidOf = (who, name, marks = items) => marks.find((m) => isJoint(m) && m.person === who && m.name === name) || null;
const persons = () => [...new Set([...people().map((one) => one.id), ...items.filter(isJoint).map((m) => m.person), person])].sort((a, b) => a - b);
const restOf = (marks) => JSON.stringify(toPrompts(marks.filter((m) => !isJoint(m))));
const keyOf = (marks) => JSON.stringify(toPrompts(marks));
const stale = () => !skeletons.has(props.source) || skeletons.get(props.source).key !== keyOf(items);
const isHeld = (who, name) => !!held && held.person === who && held.name === name;
// Someone whom no net found is made of shoulders and hips by hand.
const unmade = () => persons().find((who) => !bodyOf(who) && items.some((m) => isJoint(m) && m.person === who) && !CORE.every((name) => (saidOf(who, name) || {}).xy));

function spotOf(who, name) {
  const mark = saidOf(who, name), fitted = fittedJoint(who, name), pulled = drag && drag.moved && drag.joint;
  const spot = (mark && mark.xy) || (fitted && fitted.xy) || null;
  if (!pulled || pulled.person !== who) return spot;
  if (pulled.name === name) return drag.spot;
  // Fingers go with the wrist, heel and toe with the ankle.
  if (!spot || (mark && mark.xy) || props.joints.before[name] !== pulled.name || !props.joints.small.includes(name)) return spot;
  return [0, 1].map((i) => spot[i] + drag.spot[i] - pulled.spot[i]);
}

function basisOf(who, name) {
  const mark = saidOf(who, name), fitted = fittedJoint(who, name);
  if (mark && mark.xy) return 'placed';
  if (mark && mark.hidden) return 'hidden';
  const basis = fitted ? fitted.basis : 'missing';
  return basis === 'placed' || basis === 'hidden' ? 'guessed' : basis; // taken back, not fitted again yet
}

function depthWords(who, name) {
  const fitted = fittedJoint(who, name), before = props.joints.before[name], mark = saidOf(who, name);
  if (!before) return '';
  if (mark && mark.depth) return `${mark.depth} than the ${wordsOf(before)}, as you say`;
  if (!fitted || fitted.nearer_cm === null || fitted.nearer_cm === undefined) return '';
  const cm = Math.round(Math.abs(fitted.nearer_cm));
  return cm < 1 ? `as far away as the ${wordsOf(before)}` : `${cm} cm ${fitted.nearer_cm > 0 ? 'nearer' : 'farther'} than the ${wordsOf(before)}`;
}

// ---- prompts -------------------------------------------------------------------------------------
function jointPrompts(marks) {
  const made = new Map();
  for (const m of marks.filter(isJoint)) {
    if (!m.xy && !m.hidden && !m.depth) continue;
    if (!made.has(m.person)) made.set(m.person, { kind: 'keypoints', names: [], xy_px: [], object_id: m.person, hidden: [], nearer: [], farther: [] });
    const prompt = made.get(m.person);
    if (m.xy) { prompt.names.push(m.name); prompt.xy_px.push(m.xy); }
    if (m.hidden) prompt.hidden.push(m.name);
    if (m.depth) prompt[m.depth].push(m.name);
  }
  return [...made.values()];
}

function jointMarks(prompt) {
  const made = new Map(), who = prompt.object_id || 0;
  const of = (name) => { if (!made.has(name)) made.set(name, { type: 'joint', id: -1, person: who, name, xy: null, hidden: false, depth: '' }); return made.get(name); };
  (prompt.names || []).forEach((name, i) => { of(name).xy = prompt.xy_px[i]; });
  for (const name of prompt.hidden || []) of(name).hidden = true;
  for (const depth of ['nearer', 'farther']) for (const name of prompt[depth] || []) of(name).depth = depth;
  return [...made.values()];
}

// ---- changes -------------------------------------------------------------------------------------
function sayJoint(who, name, more, words) {
  const before = saidOf(who, name) || { type: 'joint', id: -1, person: who, name, xy: null, hidden: false, depth: '' };
  const after = { ...before, ...more }, others = items.filter((m) => m !== before);
  commit(after.xy || after.hidden || after.depth ? [...others, after] : others, `${titleOf(name)} ${words}`);
}

function clampSpot([x, y]) {
  const within = (v, size) => Math.round(10 * clamp(v, 0, size - 0.1)) / 10;
  return [within(x, wide()), within(y, high())];
}

function putJoint(who, name, spot) {
  const xy = clampSpot(spot);
  armed = false;
  sayJoint(who, name, { xy, hidden: false }, `at ${xy.map(Math.round).join(', ')}`);
  if (bodyOf(who)) return;
  const next = CORE.find((core) => !(saidOf(who, core) || {}).xy);
  if (next) hold(who, next, true);
}

function hold(who, name, arm = false) {
  held = name ? { person: who, name } : null;
  person = who;
  armed = !!name && (arm || !spotOf(who, name) || !inPicture(spotOf(who, name)));
  if (held) { const spot = spotOf(who, name); if (spot) reveal(spot); say(`${titleOf(name)}: ${BASIS_WORDS[basisOf(who, name)]}`); }
  draw();
}

const inPicture = ([x, y]) => x >= 0 && y >= 0 && x < wide() && y < high();

const jointActs = {
  joint() { use(mode === 'joint' ? 'point' : 'joint'); selected = -1; wantSkeleton(); },
  hide() { if (held) { const mark = saidOf(held.person, held.name), on = !(mark && mark.hidden); sayJoint(held.person, held.name, { hidden: on, xy: null }, on ? 'is out of sight' : 'is in sight'); } },
  nearer() { deepen('nearer'); },
  farther() { deepen('farther'); },
  flip() {
    if (!held || !props.joints.before[held.name]) return;
    const mark = saidOf(held.person, held.name), fitted = fittedJoint(held.person, held.name);
    const now = (mark && mark.depth) || (fitted && fitted.nearer_cm > 0 ? 'nearer' : 'farther');
    deepen(now === 'nearer' ? 'farther' : 'nearer');
  },
  found() { if (held && saidOf(held.person, held.name)) sayJoint(held.person, held.name, { xy: null, hidden: false, depth: '' }, 'as found'); },
  refit() { askRefit(); },
  previous() { stepJoint(-1); },
  next() { stepJoint(1); },
};

function deepen(depth) {
  if (!held || !props.joints.before[held.name]) return;
  const mark = saidOf(held.person, held.name), off = mark && mark.depth === depth;
  sayJoint(held.person, held.name, { depth: off ? '' : depth }, off ? 'as near as found' : `${depth} than the ${wordsOf(props.joints.before[held.name])}`);
}

function stepJoint(by) {
  const names = jointNames(), at = held && held.person === person ? names.indexOf(held.name) : by > 0 ? -1 : 0;
  hold(person, names[(at + by + names.length) % names.length]);
}

// ---- the fit that follows ------------------------------------------------------------------------
function refitSoon() {
  busy(false);
  clearTimeout(refitTimer);
  if (atOnce && unmade() === undefined) refitTimer = setTimeout(askRefit, REFIT_MS);
}

function askRefit() {
  clearTimeout(refitTimer);
  if (!props.preview) return;
  root.classList.add('is-fitting');
  ask('refit');
  drawJointList();
}

// The skeleton of a photo is asked for when joints are to be dragged in it.
function wantSkeleton() {
  clearTimeout(refitTimer);
  if (mode === 'joint' && props.joints && props.preview && stale()) refitTimer = setTimeout(() => { if (mode === 'joint' && stale()) askRefit(); }, 60);
}

function forgetSkeletons() { skeletons.clear(); }

function takeSkeletons() {
  const given = props.skeletons;
  if (!given || !given.number || given.number === lastSkeletons || (given.asked && given.asked !== asked)) return;
  lastSkeletons = given.number;
  forgetSkeletons();
  for (const [source, one] of Object.entries(given.photos)) skeletons.set(source, { people: one.people, key: keyOf(fromPrompts(one.prompts)) });
  if (!persons().includes(person) || !bodyOf(person)) person = people().length && !items.some((m) => isJoint(m) && m.person === person) ? people()[0].id : person;
  draw();
}

// A run has ended: joints that are looked at follow it, others are fitted when they are wanted.
function takeFitted() {
  if (!props.fitted || props.fitted === lastFitted) return;
  lastFitted = props.fitted;
  forgetSkeletons();
  if (mode === 'joint') askRefit(); else draw();
}
