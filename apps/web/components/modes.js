// The shapes of a lift as tiles: a picture each once they are drawn, one chosen, its reason below.
const row = element.querySelector('.md-row'), note = element.querySelector('.md-note');
const group = 'md' + Math.random().toString(36).slice(2);

function node(name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  if (text) made.textContent = text;
  return made;
}

function tile(choice) {
  const label = node('label', 'md-tile'), radio = node('input', '');
  Object.assign(radio, { type: 'radio', name: group, value: choice.id, checked: choice.id === props.value });
  label.title = choice.reason;
  label.append(radio);
  if (choice.picture) {
    const picture = node('img', '');
    Object.assign(picture, { src: choice.picture, alt: '' });
    label.append(picture);
  }
  label.append(node('span', 'md-name', choice.title));
  if (choice.best) label.append(node('span', 'md-best', 'Suggested'));
  return label;
}

function draw() {
  const choices = props.choices || [], chosen = choices.find((c) => c.id === props.value);
  const held = row.contains(document.activeElement);
  row.replaceChildren(...choices.map(tile));
  if (held) row.querySelector('input:checked')?.focus();
  note.textContent = props.note || (chosen ? chosen.reason : '');
  note.className = 'md-note' + (props.note ? ' wrong' : '');
}

row.addEventListener('change', (event) => { props.value = event.target.value; draw(); trigger('input'); });
watch(['value', 'choices', 'note'], draw);
draw();
