// The switch between light and dark, kept in this browser.
const KEY = 'segment-studio-theme';
const asked = new URLSearchParams(location.search).get('__theme');

function put(dark) { document.body.classList.toggle('dark', dark); }

let kept = null;
try { kept = localStorage.getItem(KEY); } catch (_) { /* storage is blocked: the system's setting holds */ }
if (kept && !asked) put(kept === 'dark');

element.querySelector('.hd-theme').addEventListener('click', () => {
  const dark = !document.body.classList.contains('dark');
  put(dark);
  try { localStorage.setItem(KEY, dark ? 'dark' : 'light'); } catch (_) { /* not kept, still switched */ }
});
