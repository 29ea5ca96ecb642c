// Part three: drawing. The picture and waveform come from the server; axes and marks are vectors above them.
const STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];
const HANDLE_PX = 5, TAG_PX = 20;

function shape(name, attributes, parent) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) key === 'text' ? (node.textContent = value) : node.setAttribute(key, value);
  parent.appendChild(node);
  return node;
}

function draw() {
  const ready = !!duration();
  root.classList.toggle('has-sound', ready);
  root.classList.toggle('can-play', ready && !!info().sound);
  buttons();
  if (!ready || !stage.clientWidth) return;
  if (!(to > from) || to > duration() + 1e-9) [from, to] = [0, duration()];
  placePictures();
  drawWave();
  drawAxes();
  drawMarks();
  placeHead();
}

function buttons() {
  for (const name of ['box', 'time', 'like', 'noise', 'hand']) press(name, tool === name);
  for (const name of ['mel', 'log', 'linear']) press(name, axis() === name);
  for (const name of ['keep', 'drop']) {
    press(name, tool !== 'noise' && sign === (name === 'keep'));
    $(`[data-act=${name}]`).disabled = tool === 'noise' || tool === 'hand';
  }
  const enabled = { undo: past.length, redo: future.length, delete: selected >= 0, clear: items.length, hear: selected >= 0,
    out: to - from < duration(), whole: to - from < duration(), in: to - from > shortest() };
  for (const [name, on] of Object.entries(enabled)) $(`[data-act=${name}]`).disabled = !on;
  root.dataset.tool = tool;
  root.dataset.sign = sign ? 'keep' : 'drop';
  const zoomed = duration() > 0 && to - from < duration() * 0.999;
  root.classList.toggle('is-zoomed', zoomed);
  if (zoomed) { scroll.max = duration() - (to - from); scroll.value = from; }
}

const press = (name, on) => $(`[data-act=${name}]`).setAttribute('aria-pressed', String(on));

function placePictures() {
  const near = fine();
  for (const [image, view] of [[picture, near ? null : overview()], [detail, near]]) {
    image.style.display = view ? 'block' : 'none';
    if (!view) continue;
    if (image.src !== view.picture) image.src = view.picture;
    image.style.left = `${((view.start_s - from) / (to - from)) * 100}%`;
    image.style.width = `${((view.end_s - view.start_s) / (to - from)) * 100}%`;
  }
}

function drawWave() {
  const view = fine() || overview();
  if (!view || !view.low.length) return;
  const count = view.low.length, step = (view.end_s - view.start_s) / count, w = wave.clientWidth, h = wave.clientHeight;
  const first = clamp(Math.floor((from - view.start_s) / step), 0, count - 1), last = clamp(Math.ceil((to - view.start_s) / step), 1, count);
  const stride = Math.max(1, Math.floor((last - first) / w)), above = [], below = [];
  for (let i = first; i < last; i += stride) {
    const end = Math.min(i + stride, count);
    const x = (((view.start_s + i * step - from) / (to - from)) * w).toFixed(1);
    const wide = (((view.start_s + end * step - from) / (to - from)) * w).toFixed(1);
    const high = h / 2 - (Math.max(...view.high.slice(i, end)) / 127) * (h / 2 - 1) - 0.4;
    const low = h / 2 - (Math.min(...view.low.slice(i, end)) / 127) * (h / 2 - 1) + 0.4;
    above.push(`${x},${high.toFixed(1)} ${wide},${high.toFixed(1)}`);
    below.unshift(`${wide},${low.toFixed(1)} ${x},${low.toFixed(1)}`);
  }
  wave.setAttribute('viewBox', `0 0 ${w} ${h}`);
  wave.firstElementChild.setAttribute('d', `M${above.join(' ')} ${below.join(' ')}Z`);
}

// ---- axes ----------------------------------------------------------------------------------------
function timeStep(p) {
  const least = ((to - from) / p.w) * (p.w < 500 ? 58 : 78);
  if (least > 1) return STEPS_S.find((s) => s >= least) || 10 ** Math.ceil(Math.log10(least));
  const ten = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((n) => n * ten).find((s) => s >= least);
}

function ticksHz() {
  const most = topHz(), ticks = [];
  if (axis() === 'linear') {
    const ten = 10 ** Math.floor(Math.log10(most / 3)), step = [1, 2, 5, 10].map((n) => n * ten).find((s) => most / s <= 10);
    for (let n = 0; n * step <= most; n++) ticks.push(n * step);
    return ticks;
  }
  for (let power = Math.floor(Math.log10(most)); power >= Math.log10(most) - 4; power--)
    for (const digit of [5, 2, 1]) if (digit * 10 ** power <= most) ticks.push(digit * 10 ** power);
  return axis() === 'mel' ? [...ticks, 0] : ticks;
}

function drawAxes() {
  const p = plot(), step = timeStep(p), base = p.y + p.h;
  axes.replaceChildren();
  for (let n = Math.ceil(from / step - 1e-9); n * step <= to + 1e-9; n++) {
    const x = xOf(n * step, p);
    shape('path', { d: `M${x} ${base}v5`, class: 'tick' }, axes);
    if (x > p.x + p.w - (duration() < 60 ? 24 : 56)) break;
    shape('text', { x: Math.max(x, p.x + 4), y: base + 18, class: 'label', 'text-anchor': x < p.x + 12 ? 'start' : 'middle', text: clock(n * step, step) }, axes);
  }
  shape('text', { x: p.x + p.w - 6, y: base + 18, class: 'label unit', 'text-anchor': 'end', text: duration() < 60 ? 's' : 'min:s' }, axes);
  let last = p.y - 4;
  for (const hz of ticksHz().sort((a, b) => b - a)) {
    const y = yOf(hz, p);
    if (toUnit(hz) < 0.001 && axis() === 'log') continue;
    if (y - last < 17 || y < p.y + 12) continue;
    last = y;
    shape('path', { d: `M${p.x - 5} ${y}h5`, class: 'tick' }, axes);
    shape('text', { x: p.x - 8, y: y + 4, class: 'label', 'text-anchor': 'end', text: hertz(hz) }, axes);
  }
  shape('text', { x: p.x - 8, y: p.y + 8, class: 'label unit', 'text-anchor': 'end', text: 'Hz' }, axes);
}

// ---- marks ---------------------------------------------------------------------------------------
// Where a mark is on the stage: boxes by their band, others over waveform and spectrogram.
function frame(m, p = plot()) {
  const [l, r] = [xOf(m.start_s, p), xOf(Math.min(m.end_s, duration()), p)];
  const [t, b] = isBox(m) ? [yOf(m.high_hz, p), yOf(m.low_hz, p)] : [0, p.y + p.h];
  return { l, t, r, b };
}

function drawMarks() {
  const p = plot(), shown = items.map((m, i) => (drag && drag.now && drag.index === i ? drag.now : m));
  layer.replaceChildren();
  for (const [key, value] of Object.entries({ x: p.x - 6, y: 0, width: p.w + 6, height: p.y + p.h + 6 })) $('#sb-plot rect').setAttribute(key, value);
  if (drag && drag.ghost) shown.push(drag.ghost);
  shown.forEach((m, i) => { if (m.end_s > from && m.start_s < to) drawMark(m, i, i === selected || (drag && m === drag.ghost), p); });
}

function drawMark(m, index, chosen, p) {
  const { l, t, r, b } = frame(m, p), g = shape('g', { class: `mark ${looks(m)}${chosen ? ' chosen' : ''}` }, layer);
  const box = { x: l, y: t, width: Math.max(r - l, 1), height: Math.max(b - t, 1) };
  shape('rect', { ...box, class: 'soft' }, g);
  shape('rect', { ...box, class: 'fill' }, g);
  if (!kept(m)) shape('rect', { ...box, class: 'hatch', fill: 'url(#sb-hatch)' }, g);
  shape('rect', { ...box, class: 'halo' }, g);
  shape('rect', { ...box, class: 'edge' }, g);
  for (const [x, y] of handles(m, { l, t, r, b })) shape('circle', { cx: x, cy: y, r: chosen ? HANDLE_PX + 1 : HANDLE_PX - 1, class: 'handle' }, g);
  drawTag(m, index, { l: clamp(l, p.x, p.x + p.w), t, r: clamp(r, p.x, p.x + p.w) }, g);
}

function handles(m, { l, t, r, b }) {
  return isBox(m) ? [[l, t], [r, t], [r, b], [l, b]] : [[l, (t + b) / 2], [r, (t + b) / 2]];
}

function drawTag(m, index, { l, t, r }, g) {
  const words = r - l > 130 ? `${index + 1} ${named(m)}` : String(index + 1);
  const x = l, y = isBox(m) ? (t > TAG_PX + 2 ? t - TAG_PX - 3 : t + 5) : 2;
  const text = shape('text', { x: x + 6, y: y + 14, class: 'words', text: words }, g);
  const tag = shape('rect', { x, y, width: text.getComputedTextLength() + 12, height: TAG_PX, rx: 5, class: 'tag' }, g);
  g.insertBefore(tag, text);
}
