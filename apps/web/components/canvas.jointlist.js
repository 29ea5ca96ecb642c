// Below the photo: which joint is in hand, what is said of it, and all that was said. The keyboard's way to the joints.
const PARTS = { Head: /nose|eye|ear/, 'Left arm': /^left_(shoulder|elbow|wrist|index|pinky|thumb)/, 'Right arm': /^right_(shoulder|elbow|wrist|index|pinky|thumb)/, 'Left leg': /^left_(hip|knee|ankle|heel|foot)/, 'Right leg': /^right_(hip|knee|ankle|heel|foot)/ };
const ANOTHER = 'another';
const personWords = (who) => `${who + 1}${bodyOf(who) ? '' : ', by hand'}`;

function drawJointList() {
  const panel = $('.pc-joints');
  panel.hidden = mode !== 'joint' || !props.joints;
  if (panel.hidden) return;
  refillChoices($('.pc-person'), [...persons().map((who) => [String(who), personWords(who)]), ...(props.joints.alone ? [] : [[ANOTHER, 'Another …']])], String(person));
  $('.pc-person-label').hidden = props.joints.alone;
  drawJointChoice();
  const mark = held && saidOf(held.person, held.name), deep = !!held && !!props.joints.before[held.name];
  for (const [act, on] of [['hide', !!mark && mark.hidden], ['nearer', !!mark && mark.depth === 'nearer'], ['farther', !!mark && mark.depth === 'farther']]) press(`[data-act=${act}]`, on);
  $('[data-act=hide]').disabled = !held;
  for (const act of ['nearer', 'farther', 'flip']) $(`[data-act=${act}]`).disabled = !deep;
  $('[data-act=found]').disabled = !mark;
  $('.pc-hint').textContent = hintWords();
  $('.pc-at-once').checked = atOnce;
  $('[data-act=refit]').disabled = !behind;
  drawSaid();
}

function drawJointChoice() {
  const select = $('.pc-joint'), now = held ? held.name : '';
  const words = (name) => `${titleOf(name)} \u2013 ${BASIS_WORDS[basisOf(person, name)]}${(saidOf(person, name) || {}).depth ? `, ${saidOf(person, name).depth}` : ''}`;
  const text = JSON.stringify(jointNames().map(words));
  if (select.dataset.text !== text) {
    select.dataset.text = text;
    const groups = Object.entries(PARTS).map(([label, pattern]) => node('optgroup', { label }, ...jointNames().filter((name) => pattern.test(name)).map((name) => node('option', { value: name, textContent: words(name) }))));
    select.replaceChildren(node('option', { value: '', textContent: 'Choose a joint' }), ...groups);
  }
  select.value = now;
}

function refillChoices(select, choices, now) {
  const text = JSON.stringify(choices);
  if (select.dataset.text !== text) { select.dataset.text = text; select.replaceChildren(...choices.map(([value, textContent]) => node('option', { value, textContent }))); }
  select.value = now;
}

function hintWords() {
  if (root.classList.contains('is-fitting')) return 'Fitting the body \u2026';
  const lone = unmade();
  if (held && armed) return `${titleOf(held.name)}: click where it is.${bodyOf(person) ? '' : ' Someone who was not found wants both shoulders and both hips first.'}`;
  if (lone !== undefined) return `Person ${lone + 1} wants both shoulders and both hips before it can be fitted.`;
  if (!held) return people().length ? 'Drag a joint, or choose it in the list. Hollow ones are guessed.' : 'Choose a joint in the list, then click where it is.';
  const depth = depthWords(held.person, held.name);
  return `${titleOf(held.name)}: ${BASIS_WORDS[basisOf(held.person, held.name)]}${saidOf(held.person, held.name) && basisOf(held.person, held.name) === 'placed' ? ' by you' : ''}${depth ? `; ${depth}` : ''}.`;
}

function drawSaid() {
  const marks = items.filter(isJoint), several = persons().length > 1;
  $('.pc-said').hidden = !marks.length;
  refill($('.pc-said'), marks.map((m) => {
    const words = [m.xy ? `at ${m.xy.map(Math.round).join(', ')}` : '', m.hidden ? 'out of sight' : '', m.depth].filter(Boolean).join(', ');
    const who = several ? `Person ${m.person + 1}, ` : '';
    return node('button', { type: 'button', className: 'pc-btn pc-chip', 'data-said': `${m.person} ${m.name}`, 'aria-pressed': String(isHeld(m.person, m.name)), title: 'Take it in hand' },
      node('span', { textContent: who + (who ? wordsOf(m.name) : titleOf(m.name)) }), node('small', { textContent: words }));
  }), 'said');
}

function listenToJointList() {
  element.addEventListener('change', (event) => {
    const part = event.target;
    if (part.classList.contains('pc-person')) {
      const who = part.value === ANOTHER ? Math.max(-1, ...persons()) + 1 : Number(part.value);
      hold(who, bodyOf(who) ? '' : CORE[0], true);
    }
    if (part.classList.contains('pc-joint')) hold(person, part.value, true);
    if (part.classList.contains('pc-at-once')) { atOnce = part.checked; if (atOnce && stale()) askRefit(); draw(); }
  });
  element.addEventListener('click', (event) => {
    const chip = event.target.closest('[data-said]');
    if (!chip) return;
    const [who, name] = chip.dataset.said.split(' ');
    hold(Number(who), name);
  });
  opacity.addEventListener('input', drawMarks);
}

// What keys do while joints are dragged; all others do what they always do.
const jointKeys = () => ({
  '+': acts.nearer, '=': acts.nearer, '-': acts.farther, l: acts.flip, i: acts.hide, n: acts.next, p: acts.previous,
  Enter: enterJoint, ' ': enterJoint,
  Escape() { if (!held) return use('point'); held = null; armed = false; draw(); },
});

// With the cursor on the photo: put the joint that was chosen in the list, or take the nearest one in hand.
function enterJoint() {
  if (!cursor) return;
  if (held && armed) return putJoint(held.person, held.name, cursor);
  const apart = (name) => { const spot = spotOf(person, name); return spot ? Math.hypot(spot[0] - cursor[0], spot[1] - cursor[1]) : Infinity; };
  const nearest = jointNames().reduce((best, name) => (apart(name) < apart(best) ? name : best));
  if (apart(nearest) < Infinity) { cursor = null; hold(person, nearest); }
}
