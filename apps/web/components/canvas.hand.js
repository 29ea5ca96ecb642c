// The hand: mouse, pen and fingers on the photo. Two fingers zoom; one finger or the mouse marks, drags or paints.

function listenToHand() {
  stage.addEventListener('contextmenu', (event) => { if (props.preview) event.preventDefault(); });
  stage.addEventListener('touchstart', (event) => { if (props.preview && event.touches.length > 1) event.preventDefault(); }, { passive: false });
  stage.addEventListener('pointerdown', down);
  stage.addEventListener('pointermove', along);
  stage.addEventListener('pointerup', up);
  stage.addEventListener('pointercancel', (event) => { lift(event); letGo(); });
  stage.addEventListener('pointerleave', () => { if (mode === 'brush' && !drag) { cursor = null; drawMarks(); } });
  stage.addEventListener('wheel', wheel, { passive: false });
}

function down(event) {
  if (!props.preview || event.target.closest('button') || (event.pointerType === 'mouse' && event.button > 2)) return;
  if (event.pointerType === 'touch') fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  try { stage.setPointerCapture(event.pointerId); } catch (_) { /* already gone */ }
  if (fingers.size > 1) { letGo(); pinched = null; return pinch(); }
  if (drag) return;
  const pulls = mode === 'hand' || event.button === 1, on = pulls || mode === 'brush' || mode === 'joint' ? null : hit(event);
  const keep = sign && !event.shiftKey && event.button !== 2, from = toPixels(event);
  cursor = mode === 'brush' ? from : null;
  drag = { ...(on || { index: -1 }), id: event.pointerId, from, x: event.clientX, y: event.clientY, last: [event.clientX, event.clientY], keep, pulls, moved: false };
  if (event.button === 1) event.preventDefault();
  if (on) {
    selected = on.index;
    active = items[selected].id;
    if (event.pointerType === 'touch') drag.press = setTimeout(() => { drag = null; acts.delete(); }, LONG_PRESS_MS);
  }
  if (mode === 'brush' && !pulls) { drag.way = [from]; inkLine(from, from, keep); }
  if (mode === 'joint' && !pulls) drag.joint = takeJoint(event);
  stage.focus({ preventScroll: true });
  draw();
}

function along(event) {
  if (fingers.has(event.pointerId)) fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  if (fingers.size > 1) return pinch();
  if (mode === 'brush' && (event.pointerType !== 'touch' || drag)) {
    cursor = toPixels(event);
    if (!drag) return drawMarks();
  }
  if (!drag || drag.id !== event.pointerId) return;
  if (drag.way) return strokeOn(event);
  if (!drag.moved && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < DRAG_PX) return;
  drag.moved = true;
  clearTimeout(drag.press);
  const [x, y] = toPixels(event), [fx, fy] = drag.from, [lx, ly] = drag.last;
  drag.last = [event.clientX, event.clientY];
  if (drag.joint) return moveJoint(x, y);
  if (drag.index >= 0) drag.now = moved(items[drag.index], drag.part, x - fx, y - fy);
  else if (drag.pulls || ((mode === 'point' || mode === 'joint') && zoom.k > 1)) return pan(event.clientX - lx, event.clientY - ly);
  else if (mode === 'box') drag.ghost = boxOf({ keep: drag.keep, id: boxId(drag.keep) }, fx, fy, x, y);
  drawMarks();
}

function strokeOn(event) {
  const between = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
  for (const part of between.length ? between : [event]) {
    const at = toPixels(part);
    inkLine(drag.way[drag.way.length - 1], at, drag.keep);
    drag.way.push(at);
  }
  drawMarks();
}

function up(event) {
  lift(event);
  if (!drag || drag.id !== event.pointerId) return;
  const done = drag;
  clearTimeout(done.press);
  drag = null;
  if (done.way) paint(done.way, done.keep);
  else if (done.index >= 0) {
    if (done.now) commit(items.map((m, i) => (i === done.index ? done.now : m)), 'Mark moved');
    else draw();
  } else if (done.pulls) drawMarks();
  else if (mode === 'joint') dropJoint(done);
  else if (mode === 'box') addBox(done.ghost);
  else if (!done.moved) clicked(...done.from, done.keep);
  else drawMarks();
}

function lift(event) {
  fingers.delete(event.pointerId);
  if (fingers.size < 2) pinched = null;
}

function letGo() {
  if (drag) clearTimeout(drag.press);
  drag = null;
  clearInk();
  drawMarks();
}

// In a table of things found a click ticks the thing under it; anywhere else it marks.
function clicked(x, y, keep) {
  const under = listing() && keep ? maskAt(x, y) : -1;
  if (under >= 0) tick(under, !ticks.has(under)); else addPoint(x, y, keep);
}

// The wheel zooms once the photo has been clicked, so that it does not stop a page that is scrolled past.
function wheel(event) {
  if (!props.preview || !(event.ctrlKey || event.metaKey || document.activeElement === stage)) return;
  const factor = Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : event.ctrlKey ? 0.01 : 0.002));
  if (zoom.k === 1 && factor < 1 && !event.ctrlKey) return;
  event.preventDefault();
  zoomAt(event.clientX, event.clientY, factor);
}
