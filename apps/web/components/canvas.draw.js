// The marks over the photo, and the state of the tools.

function shape(name, attributes, parent = svg) {
  const made = document.createElementNS(SVG, name);
  for (const [key, given] of Object.entries(attributes)) made.setAttribute(key, given);
  parent.appendChild(made);
  return made;
}

function press(selector, on) { for (const button of element.querySelectorAll(selector)) button.setAttribute('aria-pressed', String(on)); }

function draw() {
  drawMarks();
  drawFound();
  drawObjects();
  drawCandidates();
  drawTable();
  drawJointList();
}

function drawMarks() {
  svg.replaceChildren();
  root.classList.toggle('has-picture', !!props.preview);
  for (const name of ['keep', 'drop']) press(`[data-act=${name}]`, sign === (name === 'keep'));
  for (const name of ['point', 'box', 'brush', 'hand']) press(`[data-act=${name}]`, mode === name);
  for (const name of ['tint', 'line', 'cut']) press(`[data-look=${name}]`, look === name);
  press('[data-act=everything]', items.some((m) => m.type === 'everything'));
  $('[data-act=everything]').hidden = !props.everything;
  $('[data-act=undo]').disabled = !past.length;
  $('[data-act=redo]').disabled = !future.length;
  $('[data-act=delete]').disabled = selected < 0;
  $('[data-act=clear]').disabled = !items.length && !found;
  root.dataset.mode = mode;
  root.dataset.sign = sign ? 'keep' : 'drop';
  if (!props.preview || !wide()) return;
  const shown = drag && drag.ghost ? [...items, drag.ghost] : items, several = used(items).length > 1;
  shown.forEach((m, i) => { if (onStage(m)) drawMark(drag && drag.moved && drag.index === i ? drag.now : m, i === selected, several); });
  drawSkeletons();
  if (cursor) drawCursor();
}

function drawMark(m, chosen, several) {
  const g = shape('g', { class: `mark ${m.keep ? 'keep' : 'drop'}${chosen ? ' chosen' : ''}`, 'data-id': m.id });
  if (several) g.style.setProperty('--own', colorOf(m.id));
  if (m.type === 'box') {
    const c = corners(m), [l, t] = c[0], [r, b] = c[2];
    shape('rect', { x: l, y: t, width: r - l, height: b - t, class: 'halo' }, g);
    shape('rect', { x: l, y: t, width: r - l, height: b - t, class: 'edge' }, g);
    for (const [x, y] of c) {
      shape('circle', { cx: x, cy: y, r: TOUCH_PX, class: 'reach' }, g);
      shape('circle', { cx: x, cy: y, r: chosen ? 6 : 4, class: 'handle' }, g);
    }
    return;
  }
  const [x, y] = middle(m);
  shape('circle', { cx: x, cy: y, r: TOUCH_PX, class: 'reach' }, g);
  if (several) shape('circle', { cx: x, cy: y, r: 12, class: 'own' }, g);
  if (chosen) shape('circle', { cx: x, cy: y, r: 15, class: 'ring' }, g);
  shape('circle', { cx: x, cy: y, r: 9, class: 'dot' }, g);
  shape('path', { d: `M${x - 4} ${y}h8${m.keep ? `M${x} ${y - 4}v8` : ''}`, class: 'glyph' }, g);
}

function drawCursor() {
  const [x, y] = toScreen(cursor[0] + 0.5, cursor[1] + 0.5);
  if (mode === 'brush') {
    const radius = Math.max(3, (brushPx() / 2 / wide()) * picture.getBoundingClientRect().width);
    shape('circle', { cx: x, cy: y, r: radius + 1, class: 'brush-shade' });
    shape('circle', { cx: x, cy: y, r: radius, class: 'brush-rim' });
    return;
  }
  if (drag) return;
  shape('path', { d: `M${x - 14} ${y}h10M${x + 4} ${y}h10M${x} ${y - 14}v10M${x} ${y + 4}v10`, class: 'cursor' });
  if (!anchor) return;
  const [ax, ay] = toScreen(anchor[0], anchor[1]);
  shape('rect', { x: Math.min(x, ax), y: Math.min(y, ay), width: Math.abs(x - ax), height: Math.abs(y - ay), class: 'halo' });
}
