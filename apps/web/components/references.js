// Other recordings that hold the sound to drop or to keep. Each is uploaded; the server takes no other path.
const rows = element.querySelector('.rf-list'), picker = element.querySelector('.rf-file'), note = element.querySelector('.rf-note');
const add = element.querySelector('.rf-add');
let again = -1;

function node(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  Object.assign(made, attributes);
  made.append(...children);
  return made;
}

const value = () => props.value || [];
function publish(next) {
  props.value = next;
  draw();
  trigger('input');
}

function row(item, index) {
  const put = (changes) => publish(value().map((one, i) => (i === index ? { ...one, ...changes } : one)));
  const choice = (keep, words) => node('button', { type: 'button', textContent: words, ariaPressed: String(!!item.keep === keep), onclick: () => put({ keep }) });
  const missing = item.file ? [] : [node('button', { type: 'button', className: 'rf-again', textContent: 'Choose it again', onclick: () => { again = index; picker.click(); } })];
  const signs = node('span', { className: 'rf-signs' }, choice(false, 'Take it out'), choice(true, 'Keep it'));
  const cross = node('button', { type: 'button', className: 'rf-cross', textContent: '×', title: 'Remove', ariaLabel: `Remove ${item.name}`, onclick: () => publish(value().filter((_, i) => i !== index)) });
  return node('li', { className: item.file ? '' : 'missing' }, node('span', { className: 'rf-name', textContent: item.name, title: item.name }), ...missing, signs, cross);
}

function draw() {
  rows.replaceChildren(...value().map(row));
  rows.hidden = !value().length;
}

async function take(files) {
  const place = again;
  again = -1;
  add.disabled = true;
  for (const chosen of files) {
    note.textContent = `Sending ${chosen.name}…`;
    try {
      const { path } = await upload(chosen);
      const made = { name: chosen.name, file: path, keep: false };
      if (place >= 0 && value()[place]) publish(value().map((one, i) => (i === place ? { ...one, name: chosen.name, file: path } : one)));
      else publish([...value(), made]);
      note.textContent = '';
    } catch (_) {
      note.textContent = `${chosen.name} could not be sent (it may be larger than ${props.limit || 'allowed'}).`;
    }
  }
  add.disabled = false;
}

add.addEventListener('click', () => { again = -1; picker.click(); });
picker.addEventListener('change', () => { take([...picker.files]); picker.value = ''; });
picker.accept = props.accept || '';
watch('value', draw);
draw();
