// Marks and prompts, and where marks lie. A mark is a point, a box, a mask, the wish for everything, or a joint.

function toPrompts(marks) {
  const clicks = new Map(), prompts = [];
  for (const m of marks.filter((m) => m.type === 'point')) {
    if (!clicks.has(m.id)) clicks.set(m.id, { kind: 'points', xy_px: [], keep: [], object_id: m.id });
    clicks.get(m.id).xy_px.push([m.x, m.y]);
    clicks.get(m.id).keep.push(m.keep);
  }
  for (const m of marks) {
    if (m.type === 'box') prompts.push({ kind: 'box', xyxy_px: [m.x0, m.y0, m.x1, m.y1], keep: m.keep, object_id: m.id });
    if (m.type === 'mask') prompts.push({ kind: 'mask', mask: m.code, object_id: m.id, label: m.label || '' });
    if (m.type === 'everything') prompts.push({ kind: 'everything' });
  }
  return [...clicks.values(), ...prompts, ...jointPrompts(marks)];
}

function fromPrompts(prompts) {
  const marks = [];
  for (const p of Array.isArray(prompts) ? prompts : []) {
    const id = p.object_id || 0;
    if (p.kind === 'points') p.xy_px.forEach(([x, y], i) => marks.push({ type: 'point', x, y, keep: p.keep[i] !== false, id }));
    if (p.kind === 'box') {
      const [x0, y0, x1, y1] = p.xyxy_px;
      marks.push({ type: 'box', x0, y0, x1, y1, keep: p.keep !== false, id });
    }
    if (p.kind === 'mask') marks.push({ type: 'mask', id, keep: true, label: p.label || '', code: p.mask });
    if (p.kind === 'everything') marks.push({ type: 'everything', id: -1, keep: true });
    if (p.kind === 'keypoints') marks.push(...jointMarks(p));
  }
  return marks;
}

const wide = () => props.width_px || 0, high = () => props.height_px || 0;
const clamp = (v, low, top) => Math.min(Math.max(v, low), top);
const clampPoint = (x, y) => [clamp(Math.floor(x), 0, wide() - 1), clamp(Math.floor(y), 0, high() - 1)];
const onStage = (m) => m.type === 'point' || m.type === 'box';

function toPixels(event) {
  const r = picture.getBoundingClientRect();
  return [((event.clientX - r.left) / r.width) * wide(), ((event.clientY - r.top) / r.height) * high()];
}

function toScreen(x, y) {
  const r = picture.getBoundingClientRect(), s = svg.getBoundingClientRect();
  return [r.left - s.left + (x / wide()) * r.width, r.top - s.top + (y / high()) * r.height];
}

const middle = (m) => toScreen(m.x + 0.5, m.y + 0.5);
const corners = (m) => [[m.x0, m.y0], [m.x1, m.y0], [m.x1, m.y1], [m.x0, m.y1]].map(([x, y]) => toScreen(x, y));

function hit(event) {
  const s = svg.getBoundingClientRect(), px = event.clientX - s.left, py = event.clientY - s.top;
  const reach = event.pointerType === 'touch' ? TOUCH_PX : MOUSE_PX;
  for (let i = items.length - 1; i >= 0; i--) {
    const m = items[i];
    if (m.type === 'point') {
      const [x, y] = middle(m);
      if (Math.hypot(x - px, y - py) <= reach) return { index: i, part: 'all' };
    } else if (m.type === 'box') {
      const c = corners(m), near = c.findIndex(([x, y]) => Math.hypot(x - px, y - py) <= reach);
      if (near >= 0) return { index: i, part: near };
      const [[l, t], , [r, b]] = c, inX = px > l - 6 && px < r + 6, inY = py > t - 6 && py < b + 6;
      const edge = Math.min(Math.abs(px - l), Math.abs(px - r)) < 7 || Math.min(Math.abs(py - t), Math.abs(py - b)) < 7;
      if (inX && inY && edge) return { index: i, part: 'all' };
    }
  }
  return null;
}

function moved(m, part, dx, dy) {
  if (m.type === 'point') {
    const [x, y] = clampPoint(m.x + 0.5 + dx, m.y + 0.5 + dy);
    return { ...m, x, y };
  }
  if (part === 'all') {
    const x = Math.round(clamp(dx, -m.x0, wide() - m.x1)), y = Math.round(clamp(dy, -m.y0, high() - m.y1));
    return { ...m, x0: m.x0 + x, x1: m.x1 + x, y0: m.y0 + y, y1: m.y1 + y };
  }
  const c = [[m.x0, m.y0], [m.x1, m.y0], [m.x1, m.y1], [m.x0, m.y1]];
  const [fx, fy] = c[(part + 2) % 4], [x, y] = c[part];
  return boxOf(m, fx, fy, x + dx, y + dy) || m;
}

function boxOf(base, ax, ay, bx, by) {
  const x0 = Math.round(clamp(Math.min(ax, bx), 0, wide())), x1 = Math.round(clamp(Math.max(ax, bx), 0, wide()));
  const y0 = Math.round(clamp(Math.min(ay, by), 0, high())), y1 = Math.round(clamp(Math.max(ay, by), 0, high()));
  return x1 - x0 < MIN_BOX_PX || y1 - y0 < MIN_BOX_PX ? null : { ...base, type: 'box', x0, y0, x1, y1 };
}

const used = (marks) => [...new Set(marks.filter((m) => m.id >= 0).map((m) => m.id))].sort((a, b) => a - b);

function freeId(marks) {
  const ids = used(marks);
  let id = 0;
  while (ids.includes(id)) id += 1;
  return id;
}

// An object's second box is another object: boxes are drawn one a thing.
function boxId(keep) {
  return keep && items.some((m) => m.type === 'box' && m.keep && m.id === active) ? freeId(items) : active;
}
