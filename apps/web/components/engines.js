// The engine picker: one row an engine, greyed with its reason where it cannot run here.
const list = element.querySelector('.eg-list'), now = element.querySelector('.eg-now');
const group = 'eg' + Math.random().toString(36).slice(2);

function node(name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  if (text) made.textContent = text;
  return made;
}

function row(engine) {
  const line = node('label', 'eg-row' + (engine.reason ? ' missing' : ''));
  const radio = node('input', '');
  Object.assign(radio, { type: 'radio', name: group, value: engine.id, disabled: !!engine.reason, checked: engine.id === (props.value || 'auto') });
  const words = node('span', 'eg-words'), head = node('span', 'eg-head');
  head.append(node('strong', '', engine.title));
  if (engine.tier) head.append(node('span', 'eg-tier ' + engine.tier, engine.tier));
  words.append(head, node('span', 'eg-summary', engine.summary));
  if (engine.reason) words.append(node('span', 'eg-reason', `${engine.reason} ${engine.cure || ''}`));
  if (engine.offer) {
    const get = node('button', 'eg-get', engine.offer);
    Object.assign(get, { type: 'button' });
    get.addEventListener('click', (event) => { event.preventDefault(); trigger('download', { name: engine.download }); });
    words.append(get);
  }
  line.append(radio, words);
  return line;
}

function draw() {
  element.querySelector('.eg-label').textContent = props.title || 'Engine';
  const engines = props.engines || [], chosen = engines.find((e) => e.id === (props.value || 'auto'));
  list.replaceChildren(...engines.map(row));
  now.textContent = chosen ? chosen.now || chosen.title : props.value;
}

list.addEventListener('change', (event) => { props.value = event.target.value; draw(); trigger('input'); });
watch(['value', 'engines', 'title'], draw);
draw();
