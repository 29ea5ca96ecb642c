// Zoom and pan: wheel, pinch, buttons, keys. The photo's plane is moved; marks keep their size on screen.
const MOST_ZOOM = 16, ZOOM_STEP = 1.5;

function applyZoom() {
  const width = stage.clientWidth, height = stage.clientHeight;
  zoom.k = clamp(zoom.k, 1, MOST_ZOOM);
  zoom.x = clamp(zoom.x, width * (1 - zoom.k), 0);
  zoom.y = clamp(zoom.y, height * (1 - zoom.k), 0);
  plane.style.transform = zoom.k > 1 ? `translate(${zoom.x}px, ${zoom.y}px) scale(${zoom.k})` : '';
  root.classList.toggle('is-zoomed', zoom.k > 1);
  $('.pc-percent').textContent = `${Math.round(zoom.k * 100)} %`;
  $('[data-act=out]').disabled = zoom.k <= 1;
  $('[data-act=in]').disabled = zoom.k >= MOST_ZOOM;
  drawMarks();
}

function zoomAt(clientX, clientY, factor) {
  const r = stage.getBoundingClientRect(), px = clientX - r.left, py = clientY - r.top;
  const k = clamp(zoom.k * factor, 1, MOST_ZOOM), by = k / zoom.k;
  zoom = { k, x: px - (px - zoom.x) * by, y: py - (py - zoom.y) * by };
  applyZoom();
}

function zoomMiddle(factor) {
  const r = stage.getBoundingClientRect();
  const [px, py] = cursor ? toScreen(...cursor) : [r.width / 2, r.height / 2];
  zoomAt(r.left + px, r.top + py, factor);
  say(`Zoom ${Math.round(zoom.k * 100)} percent`);
}

function pan(dx, dy) {
  zoom.x += dx;
  zoom.y += dy;
  applyZoom();
}

function fit() {
  zoom = { k: 1, x: 0, y: 0 };
  applyZoom();
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
    zoom.x += cx - pinched.cx;
    zoom.y += cy - pinched.cy;
    zoomAt(cx, cy, apart / Math.max(pinched.apart, 1));
  }
  pinched = { cx, cy, apart };
}
