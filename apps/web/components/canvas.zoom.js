// Zoom and pan: wheel, pinch, buttons, keys. The photo's plane is moved; marks keep their size on screen.
// `zoom.x` and `zoom.y` are shares of the stage's width and height, so that the same part of the photo is seen
// when the window changes its size, and when the tab of this canvas was hidden for a while and had none.
const MOST_ZOOM = 16, ZOOM_STEP = 1.5;

function applyZoom() {
  zoom.k = clamp(zoom.k, 1, MOST_ZOOM);
  zoom.x = clamp(zoom.x, 1 - zoom.k, 0);
  zoom.y = clamp(zoom.y, 1 - zoom.k, 0);
  plane.style.transform = zoom.k > 1 ? `translate(${100 * zoom.x}%, ${100 * zoom.y}%) scale(${zoom.k})` : '';
  root.classList.toggle('is-zoomed', zoom.k > 1);
  $('.pc-percent').textContent = `${Math.round(zoom.k * 100)} %`;
  $('[data-act=out]').disabled = zoom.k <= 1;
  $('[data-act=in]').disabled = zoom.k >= MOST_ZOOM;
  drawMarks();
}

function zoomAt(clientX, clientY, factor) {
  const r = stage.getBoundingClientRect(), x = (clientX - r.left) / r.width, y = (clientY - r.top) / r.height;
  const k = clamp(zoom.k * factor, 1, MOST_ZOOM), by = k / zoom.k;
  zoom = { k, x: x - (x - zoom.x) * by, y: y - (y - zoom.y) * by };
  applyZoom();
  rememberSoon();
}

function zoomMiddle(factor) {
  const r = stage.getBoundingClientRect();
  const [px, py] = cursor ? toScreen(...cursor) : [r.width / 2, r.height / 2];
  zoomAt(r.left + px, r.top + py, factor);
  say(`Zoom ${Math.round(zoom.k * 100)} percent`);
}

// By pixels of the screen.
function pan(dx, dy) {
  zoom.x += dx / Math.max(stage.clientWidth, 1);
  zoom.y += dy / Math.max(stage.clientHeight, 1);
  applyZoom();
  rememberSoon();
}

function fit() {
  zoom = { k: 1, x: 0, y: 0 };
  applyZoom();
  rememberSoon();
}

function reveal([x, y]) {
  if (zoom.k <= 1) return;
  const [px, py] = toScreen(x, y), width = stage.clientWidth, height = stage.clientHeight, edge = 30;
  pan(px < edge ? edge - px : Math.min(0, width - edge - px), py < edge ? edge - py : Math.min(0, height - edge - py));
}

// Two fingers: their middle pulls the photo along, their distance scales it.
function pinch() {
  const [a, b] = [...fingers.values()], cx = (a.x + b.x) / 2, cy = (a.y + b.y) / 2, apart = Math.hypot(a.x - b.x, a.y - b.y);
  if (pinched) {
    pan(cx - pinched.cx, cy - pinched.cy);
    zoomAt(cx, cy, apart / Math.max(pinched.apart, 1));
  }
  pinched = { cx, cy, apart };
}
