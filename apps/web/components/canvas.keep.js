// What this browser tab remembers over a reload: the photo's name on the server, its marks, and how it is looked at.
let recalled = null, later = 0;
const memoryKey = () => (props.memory ? `segment-studio ${props.memory}` : '');

function remember() {
  if (!begun || !memoryKey() || !props.source) return;
  const state = { source: props.source, prompts: value(), words: props.words || '', album: props.album || null, look, opacity: opacity.value, brush: brushSize.value, zoom, active, least: least.value };
  try { sessionStorage.setItem(memoryKey(), JSON.stringify(state)); } catch (_) { try { sessionStorage.removeItem(memoryKey()); } catch (_) { /* no storage at all */ } }
}

// Many small steps of one movement are kept once.
function rememberSoon() {
  clearTimeout(later);
  later = setTimeout(remember, 200);
}

// A set that was taken away is not to come back.
function rememberAlbum() {
  if (props.album && props.album.photos) return remember();
  try { sessionStorage.removeItem(memoryKey()); } catch (_) { /* no storage at all */ }
}

function recall() {
  try { return JSON.parse(sessionStorage.getItem(memoryKey()) || 'null'); } catch (_) { return null; }
}

// The part of the photo and the object as before a reload, once the photo and its marks are there again.
function lookAgain() {
  if (!recalled || recalled.source !== props.source) return;
  if (used(items).includes(recalled.active)) active = recalled.active;
  if (recalled.zoom) zoom = { ...zoom, ...recalled.zoom };
  applyZoom();
}

// Returns whether the server was asked for an earlier photo or other marks.
function restore() {
  const kept = memoryKey() ? recall() : null;
  if (!kept || !kept.source || !Array.isArray(kept.prompts)) return false;
  look = ['tint', 'line', 'cut'].includes(kept.look) ? kept.look : look;
  opacity.value = kept.opacity || opacity.value;
  brushSize.value = kept.brush || brushSize.value;
  recalled = kept;
  lookAgain();
  if (kept.source === props.source && JSON.stringify(kept.prompts) === JSON.stringify(props.value || []) && !kept.words) return false;
  const choice = kept.prompts.find((p) => p.kind === 'choice');
  waiting = choice ? choice.numbers : null;
  busy(true);
  trigger('restore', { source: kept.source, prompts: kept.prompts, words: kept.words || '', album: kept.album || null });
  return true;
}
