// Part four: the list of marks, whose numbers can be typed.
const FIELDS = { start_s: ['from', 's'], end_s: ['to', 's'], low_hz: ['low', 'Hz'], high_hz: ['high', 'Hz'] };

function node(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  Object.assign(made, attributes);
  made.append(...children);
  return made;
}

function drawList() {
  const active = element.getRootNode().activeElement, place = active && list.contains(active) ? active.dataset.key : '';
  list.hidden = !items.length;
  list.replaceChildren(...items.map(row));
  if (place) (list.querySelector(`[data-key="${place}"]`) || stage).focus({ preventScroll: true });
}

function row(m, index) {
  const name = node('button', { type: 'button', className: 'sb-name', title: 'Select this mark' }, node('i'), node('span', { textContent: `${index + 1} ${named(m)}` }));
  name.dataset.key = `${index}-name`;
  name.onclick = () => { choose(index); stage.focus({ preventScroll: true }); };
  name.onkeydown = (event) => { if (event.key === 'Delete' || event.key === 'Backspace') { event.preventDefault(); remove(index); } };
  const fields = node('div', { className: 'sb-fields' }, ...(isBox(m) ? Object.keys(FIELDS) : ['start_s', 'end_s']).map((key) => field(m, index, key)));
  const turn = node('button', { type: 'button', className: 'sb-turn', textContent: m.kind === 'example' ? (kept(m) ? '⇄ Not like this' : '⇄ Like this') : kept(m) ? '⇄ Leave out' : '⇄ Keep', title: 'Change what this mark means' });
  if (m.kind === 'noise') turn.style.visibility = 'hidden';
  turn.dataset.key = `${index}-turn`;
  turn.onclick = () => edit(index, { keep: !kept(m) });
  const cross = node('button', { type: 'button', className: 'sb-cross', textContent: '×', title: 'Delete this mark', ariaLabel: `Delete mark ${index + 1}` });
  cross.dataset.key = `${index}-cross`;
  cross.onclick = () => remove(index);
  return node('li', { className: `${looks(m)}${index === selected ? ' chosen' : ''}` }, name, fields, turn, cross);
}

function field(m, index, key) {
  const [word, unit] = FIELDS[key];
  const input = node('input', { type: 'number', value: m[key], step: 'any', min: 0, inputMode: 'decimal', ariaLabel: `Mark ${index + 1}, ${word}, ${unit}` });
  input.dataset.key = `${index}-${key}`;
  input.onchange = () => edit(index, changed(m, key, input.value === '' ? NaN : Number(input.value)));
  input.onfocus = () => choose(index, false);
  input.onkeydown = (event) => { if (event.key === 'Enter') input.blur(); };
  return node('label', {}, node('span', { textContent: word }), input, node('span', { textContent: unit }));
}

// A start typed beyond the end moves the mark and keeps its length; so does a low edge above the high one.
function changed(m, key, value) {
  const [last, most] = key === 'start_s' ? ['end_s', duration()] : key === 'low_hz' ? ['high_hz', topHz()] : ['', 0];
  return last && value >= m[last] ? { [key]: value, [last]: Math.min(value + m[last] - m[key], most) } : { [key]: value };
}

function choose(index, redraw = true) {
  selected = index;
  draw();
  const m = items[index];
  if (m && (m.end_s < from || m.start_s > to)) show(m.start_s - (to - from) / 4, m.start_s + ((to - from) * 3) / 4);
  if (redraw) return drawList();
  [...list.children].forEach((line, i) => line.classList.toggle('chosen', i === index));
}
