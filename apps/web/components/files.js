// The files of a result: one link each, and one for the zip of all. The browser tab remembers whose files they are.
const root = element.querySelector('.fl'), list = element.querySelector('.fl-list'), all = element.querySelector('.fl-all');
const sized = (bytes) => (bytes < 1e3 ? `${bytes} B` : bytes < 1e6 ? `${Math.round(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`);
const key = props.memory ? `segment-studio result ${props.memory}` : '';
let asked = '';

function item({ file, name, save_as, bytes }) {
  const line = document.createElement('li'), link = document.createElement('a'), size = document.createElement('span');
  Object.assign(link, { href: file.url, download: save_as, textContent: name });
  size.textContent = sized(bytes);
  line.append(link, size);
  return line;
}

function draw() {
  const { files = [], zip = null } = props.value || {};
  root.hidden = !files.length;
  list.replaceChildren(...files.map(item));
  all.hidden = !zip;
  if (zip) all.href = zip.url;
}

function remember(run) {
  if (!key) return;
  try { if (run) sessionStorage.setItem(key, run); else sessionStorage.removeItem(key); } catch (_) { /* no storage: nothing is kept */ }
}

function recall() {
  try { return (key && sessionStorage.getItem(key)) || ''; } catch (_) { return ''; }
}

// Go to the result where its top is out of sight: on a phone below everything that was set, else often far above.
function come(card) {
  const top = card.getBoundingClientRect().top, calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  if (top < 0 || top > innerHeight / 2) card.scrollIntoView({ behavior: calm ? 'auto' : 'smooth', block: 'start' });
}

function arrive() {
  const run = (props.value && props.value.run) || '', card = element.closest('.card');
  draw();
  remember(run);
  if (run !== asked && card && !root.hidden) come(card);
}

watch('value', arrive);
draw();
asked = recall();
if (asked && root.hidden) trigger('restore', { run: asked });
