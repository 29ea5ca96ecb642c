// The files of a result: one link each, and one for the zip of all.
const root = element.querySelector('.fl'), list = element.querySelector('.fl-list'), all = element.querySelector('.fl-all');
const sized = (bytes) => (bytes < 1e3 ? `${bytes} B` : bytes < 1e6 ? `${Math.round(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`);

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

// On a phone the result lies below everything that was set: go there once it has come.
function arrive() {
  draw();
  const card = element.closest('.card');
  if (innerWidth < 700 && card && !root.hidden) card.scrollIntoView({ behavior: 'smooth', block: 'start' });
}

watch('value', arrive);
draw();
