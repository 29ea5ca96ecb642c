// Skeletons over the photo: bones, joints to take hold of, and the outline of the fitted body.
const BASIS_WORDS = { seen: 'seen', guessed: 'guessed', placed: 'placed', hidden: 'out of sight', missing: 'not placed' };

const sideOf = (name) => (name.startsWith('left_') ? 'left' : name.startsWith('right_') ? 'right' : 'middle');
const limbOf = (a, b) => (sideOf(a) === sideOf(b) ? sideOf(a) : 'middle');

function drawSkeletons() {
  root.classList.toggle('has-joints', !!props.joints && !!props.preview);
  $('[data-act=joint]').hidden = !props.joints;
  if (!props.joints) return;
  press('[data-act=joint]', mode === 'joint');
  for (const name of ['keep', 'drop']) $(`[data-act=${name}]`).disabled = mode === 'joint';
  if (mode !== 'joint' || !props.preview || !wide()) return;
  behind = stale();
  $('[data-act=delete]').disabled = !held || !saidOf(held.person, held.name);
  $('[data-act=clear]').disabled = !items.some(isJoint);
  const shown = persons().sort((a, b) => (a === person) - (b === person)); // the one in hand on top
  for (const who of shown) drawBody(who);
  if (held) drawName(held);
}

function drawBody(who) {
  const g = shape('g', { class: `body${who === person ? ' mine' : ''}`, 'data-person': who }), body = bodyOf(who);
  if (body && opacity.value > 0) {
    const d = body.outline.map((ring) => { let path = ''; for (let i = 0; i < ring.length; i += 2) { const [x, y] = toScreen(ring[i], ring[i + 1]); path += `${i ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`; } return `${path}Z`; }).join('');
    shape('path', { d, class: `skin${behind ? ' old' : ''}`, 'fill-opacity': opacity.value / 200, 'fill-rule': 'evenodd' }, g);
  }
  for (const name of ['shade', 'bone'])
    for (const [a, b] of props.joints.bones) {
      const from = boneEnd(who, a), to = boneEnd(who, b);
      if (!from || !to) continue;
      const [x1, y1] = toScreen(...from), [x2, y2] = toScreen(...to), sure = [a, b].every((end) => ['seen', 'placed'].includes(basisOf(who, end)));
      shape('line', { x1, y1, x2, y2, class: `${name} ${limbOf(a, b)}${sure ? '' : ' guess'}` }, g);
    }
  for (const name of jointNames()) if (!isHeld(who, name)) drawJoint(who, name, g);
  if (held && held.person === who) drawJoint(who, held.name, g);
}

// Bones follow the fit; while it is behind the marks they go where a joint was put.
function boneEnd(who, name) {
  const fitted = fittedJoint(who, name);
  return fitted && !behind && !(drag && drag.joint && drag.moved) ? fitted.xy : spotOf(who, name);
}

function drawJoint(who, name, parent) {
  const spot = spotOf(who, name), basis = basisOf(who, name);
  if (!spot || (!inPicture(spot) && basis !== 'placed')) return;
  const [x, y] = toScreen(...spot), g = shape('g', { class: `joint ${basis} ${sideOf(name)}${isHeld(who, name) ? ' held' : ''}`, 'data-joint': name, 'data-person': who }, parent);
  const size = (props.joints.small.includes(name) ? 4.5 : 6.5) + (isHeld(who, name) ? 2 : 0), fitted = fittedJoint(who, name);
  if (basis === 'placed' && fitted && !behind) {
    const [fx, fy] = toScreen(...fitted.xy);
    if (Math.hypot(fx - x, fy - y) > size) shape('line', { x1: x, y1: y, x2: fx, y2: fy, class: 'miss' }, g);
  }
  shape('circle', { cx: x, cy: y, r: TOUCH_PX, class: 'reach' }, g);
  if (isHeld(who, name)) shape('circle', { cx: x, cy: y, r: size + 5, class: 'grip' }, g);
  if (basis === 'placed') shape('path', { d: `M${x} ${y - size - 1.5}L${x + size + 1.5} ${y}L${x} ${y + size + 1.5}L${x - size - 1.5} ${y}Z`, class: 'knob' }, g);
  else shape('circle', { cx: x, cy: y, r: size, class: 'knob' }, g);
  if (basis === 'hidden') shape('path', { d: `M${x - size * 0.6} ${y - size * 0.6}L${x + size * 0.6} ${y + size * 0.6}M${x + size * 0.6} ${y - size * 0.6}L${x - size * 0.6} ${y + size * 0.6}`, class: 'cross' }, g);
}

function drawName({ person: who, name }) {
  const spot = spotOf(who, name);
  if (!spot || !inPicture(spot)) return;
  const [x, y] = toScreen(...spot), right = x > stage.clientWidth - 110;
  shape('text', { x: x + (right ? -18 : 18), y: y + (y < 24 ? 20 : -12), class: 'joint-name', 'text-anchor': right ? 'end' : 'start' }).textContent = wordsOf(name);
}

// ---- the hand ------------------------------------------------------------------------------------
// The joint that is nearest to the hand; of joints that lie on one another the one held, then one of the person in hand.
function jointAt(event) {
  const s = svg.getBoundingClientRect(), px = event.clientX - s.left, py = event.clientY - s.top;
  let best = null, least = TOUCH_PX;
  for (const who of persons()) for (const name of jointNames()) {
    const spot = spotOf(who, name);
    if (!spot || !inPicture(spot)) continue;
    const [x, y] = toScreen(...spot), apart = Math.hypot(x - px, y - py);
    if (apart > TOUCH_PX) continue;
    const score = apart - (isHeld(who, name) ? 6 : 0) - (who === person ? 2 : 0) + (props.joints.small.includes(name) ? 2 : 0);
    if (score < least) { best = { person: who, name, spot }; least = score; }
  }
  return best;
}

function takeJoint(event) {
  const joint = jointAt(event);
  if (joint && !armed) hold(joint.person, joint.name);
  return joint;
}

function moveJoint(x, y) {
  const { joint, from } = drag;
  if (!isHeld(joint.person, joint.name)) hold(joint.person, joint.name);
  drag.spot = clampSpot([joint.spot[0] + x - from[0], joint.spot[1] + y - from[1]]);
  drawMarks();
}

// A joint from the list is put where the photo is tapped; any other is taken in hand by a tap.
function dropJoint(done) {
  const { joint, from, moved } = done, same = joint && isHeld(joint.person, joint.name);
  if (joint && moved) putJoint(joint.person, joint.name, done.spot);
  else if (moved) drawMarks();
  else if (held && armed && !same) putJoint(held.person, held.name, from);
  else if (joint) hold(joint.person, joint.name);
  else { held = null; draw(); }
}

function nudgeJoint([sx, sy], big) {
  const step = big ? 10 : 1, spot = spotOf(held.person, held.name);
  const [x, y] = spot && inPicture(spot) ? spot : [wide() / 2, high() / 2];
  putJoint(held.person, held.name, [x + sx * step, y + sy * step]);
  reveal(spotOf(held.person, held.name));
}
