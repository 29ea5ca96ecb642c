// Tiles of which one is chosen, each with a picture once there is one; its reason, or a note, below.
const root = element.querySelector('.tl'), row = element.querySelector('.tl-row'), note = element.querySelector('.tl-note');
const title = element.querySelector('.tl-title'), group = 'tl' + Math.random().toString(36).slice(2);

function node(name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  if (text) made.textContent = text;
  return made;
}

function tile(choice) {
  const label = node('label', 'tl-tile'), radio = node('input', '');
  Object.assign(radio, { type: 'radio', name: group, value: choice.id, checked: choice.id === props.value });
  label.title = choice.reason || choice.title;
  label.append(radio);
  if (choice.picture) {
    const picture = node('img', '');
    Object.assign(picture, { src: choice.picture, alt: '' });
    label.append(picture);
  }
  label.append(node('span', 'tl-name', choice.title));
  if (choice.chip) label.append(node('span', 'tl-chip', choice.chip));
  return label;
}

function draw() {
  const choices = props.choices || [], chosen = choices.find((c) => c.id === props.value);
  const held = row.contains(document.activeElement), top = row.scrollTop;
  title.textContent = props.title;
  row.setAttribute('aria-label', props.title);
  row.replaceChildren(...choices.map(tile));
  row.scrollTop = top;
  if (held) row.querySelector('input:checked')?.focus({ preventScroll: true });
  note.textContent = props.note || (chosen && chosen.reason) || '';
  note.className = 'tl-note' + (props.note ? ' ' + props.tone : '');
  root.setAttribute('aria-busy', String(props.tone === 'busy'));
}

row.addEventListener('change', (event) => { props.value = event.target.value; draw(); trigger('input'); });
watch(['value', 'choices', 'note', 'tone', 'title'], draw);
draw();
