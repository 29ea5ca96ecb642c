// The switch between light and dark, kept in this browser; and the open tab of the page, kept over a reload.
const KEY = 'segment-studio-theme', TAB = 'segment-studio-tab', TABS = '#tabs > .tab-wrapper button[role=tab]';
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

let open = null;
try { open = sessionStorage.getItem(TAB); } catch (_) { /* storage is blocked: the first tab opens */ }

function reopen(tries) {
  const found = [...document.querySelectorAll(TABS)].find((tab) => tab.textContent.trim() === open);
  if (found) found.click(); else if (tries) setTimeout(() => reopen(tries - 1), 100);
}

if (open) reopen(50);
document.addEventListener('click', (event) => {
  const tab = event.isTrusted && event.target.closest && event.target.closest(TABS);
  if (tab) try { sessionStorage.setItem(TAB, tab.textContent.trim()); } catch (_) { /* not kept, still opened */ }
});
