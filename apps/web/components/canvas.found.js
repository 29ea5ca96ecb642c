// What the server found: masks drawn over the photo as tint, outline or cut-out; candidates, ticks and their choice.

const rows = () => (found ? found.masks : []);
const listing = () => !!(found && found.listing);
const colorOf = (id) => COLORS[((id % COLORS.length) + COLORS.length) % COLORS.length];

function groups() {
  const all = new Map();
  rows().forEach((row, i) => all.set(row.object_id, [...(all.get(row.object_id) || []), i]));
  return all;
}

// A pick holds as long as its object's marks are the same.
const marksOf = (id) => JSON.stringify(items.filter((m) => m.id === id));
const pickAt = (id) => (picks.has(id) && picks.get(id).marks === marksOf(id) ? picks.get(id).at : 0);
const pickOf = (id, group) => group[Math.min(pickAt(id), group.length - 1)];

// The numbers of the masks that count: those ticked, or each object's chosen candidate.
function meant() {
  if (listing()) return rows().map((_, i) => i).filter((i) => ticks.has(i));
  return [...groups()].map(([id, group]) => pickOf(id, group)).sort((a, b) => a - b);
}

const rowOf = (id) => {
  const group = listing() ? null : groups().get(id);
  return group ? rows()[pickOf(id, group)] : null;
};

function value() {
  const prompts = toPrompts(items), numbers = meant();
  if (!foundText || !rows().length || numbers.length === rows().length) return prompts;
  return [...prompts, { kind: 'choice', numbers, least_score: 0 }];
}

function take(next, choice) {
  found = next;
  layers.clear();
  ticks = new Set(rows().map((_, i) => i));
  least.value = (choice && recalled && recalled.least) || 0;
  hovered = -1;
  if (choice && choice.every((n) => n < rows().length)) {
    ticks = new Set(choice);
    for (const [id, group] of groups()) {
      const at = group.findIndex((i) => choice.includes(i));
      if (at > 0) picks.set(id, { at, marks: marksOf(id) });
    }
  }
}

// ---- drawing -----------------------------------------------------------------------------------
function sheet(width, height) {
  const made = document.createElement('canvas');
  made.width = Math.max(width, 1);
  made.height = Math.max(height, 1);
  return made;
}

// A mask at the size of the preview, in its colour: {tint, ring, left, top}.
function layerOf(row) {
  if (layers.has(row)) return layers.get(row);
  const [left, top, right, bottom] = row.box, high_px = bottom - top, sx = ink.width / wide(), sy = ink.height / high();
  const part = bitmapOf(countsOf(row.counts), right - left, high_px);
  const l = Math.floor(left * sx), t = Math.floor(top * sy);
  const w = Math.max(1, Math.ceil(right * sx) - l), h = Math.max(1, Math.ceil(bottom * sy) - t);
  const tint = sheet(w, h), pixels = new ImageData(w, h), words = new Uint32Array(pixels.data.buffer);
  const color = rgb(colorOf(row.object_id));
  for (let x = 0; x < w; x++) {
    const column = clamp(Math.floor((l + x + 0.5) / sx) - left, 0, part.width - 1) * high_px;
    for (let y = 0; y < h; y++)
      if (part.data[column + clamp(Math.floor((t + y + 0.5) / sy) - top, 0, high_px - 1)]) words[y * w + x] = color;
  }
  tint.getContext('2d').putImageData(pixels, 0, 0);
  const line = Math.max(2, Math.round(Math.max(ink.width, ink.height) / 350));
  const made = { tint, ring: ringOf(tint, line), glow: ringOf(tint, Math.ceil(line * 1.6), '#fff'), left: l, top: t };
  layers.set(row, made);
  return made;
}

function rgb(hex) {
  const n = parseInt(hex.slice(1), 16);
  return 0xff000000 | ((n & 255) << 16) | (n & 0xff00) | (n >> 16);
}

// The rim of a mask inside its outline: the mask less itself shrunk by `line` pixels.
function ringOf(tint, line, color) {
  const inside = sheet(tint.width, tint.height), ring = sheet(tint.width, tint.height);
  const inner = inside.getContext('2d'), outer = ring.getContext('2d');
  inner.drawImage(tint, 0, 0);
  inner.globalCompositeOperation = 'destination-in';
  for (let i = 0; i < 8; i++) inner.drawImage(tint, Math.round(line * Math.cos((i * Math.PI) / 4)), Math.round(line * Math.sin((i * Math.PI) / 4)));
  outer.drawImage(tint, 0, 0);
  outer.globalCompositeOperation = 'destination-out';
  outer.drawImage(inside, 0, 0);
  if (color) {
    outer.globalCompositeOperation = 'source-in';
    outer.fillStyle = color;
    outer.fillRect(0, 0, ring.width, ring.height);
  }
  return ring;
}

function drawFound() {
  const width = picture.naturalWidth, height = picture.naturalHeight;
  if (!width || !wide()) return;
  for (const plate of [layer, ink]) if (plate.width !== width || plate.height !== height) { plate.width = width; plate.height = height; layers.clear(); }
  const to = layer.getContext('2d'), numbers = meant();
  to.clearRect(0, 0, width, height);
  const shown = hovered >= 0 && !numbers.includes(hovered) ? [...numbers, hovered] : numbers;
  for (const i of shown) {
    const { tint, ring, glow, left, top } = layerOf(rows()[i]);
    if (look === 'cut') { to.drawImage(tint, left, top); continue; }
    to.globalAlpha = look === 'line' ? 0 : Number(opacity.value) / 100 * (hovered >= 0 && hovered !== i ? 0.35 : 1);
    to.drawImage(tint, left, top);
    to.globalAlpha = hovered >= 0 && hovered !== i ? 0.35 : 1;
    to.drawImage(glow, left, top);
    to.drawImage(ring, left, top);
    to.globalAlpha = 1;
  }
  if (look === 'cut') {
    to.globalCompositeOperation = 'source-in';
    to.drawImage(picture, 0, 0, width, height);
    to.globalCompositeOperation = 'source-over';
  }
  root.classList.toggle('has-mask', shown.length > 0);
  root.dataset.look = shown.length ? look : 'tint';
  root.dataset.masks = numbers.length;
}

function maskAt(x, y) {
  let best = -1;
  rows().forEach((row, i) => {
    const [left, top, right, bottom] = row.box;
    if (x < left || y < top || x >= right || y >= bottom) return;
    if (best >= 0 && rows()[best].area_px <= row.area_px) return;
    const part = bitmapOf(countsOf(row.counts), right - left, bottom - top);
    if (part.data[(Math.floor(x) - left) * (bottom - top) + Math.floor(y) - top]) best = i;
  });
  return best;
}
