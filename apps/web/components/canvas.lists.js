// Lists below the photo: the objects, the candidates of an ambiguous click, and the table of things found.

function node(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [key, given] of Object.entries(attributes)) {
    if (key in made && key !== 'style') made[key] = given; else made.setAttribute(key, given);
  }
  made.append(...children);
  return made;
}

// New children in place of the old; the focus stays on the button or box that had it.
function refill(parent, children, name) {
  const held = parent.contains(document.activeElement) ? document.activeElement.dataset[name] : undefined;
  parent.replaceChildren(...children);
  if (held !== undefined) parent.querySelector(`[data-${name}="${held}"]`)?.focus();
}

const percent = (score) => `${Math.round(score * 100)} %`;
// Boards without live masks mark people.
const numbered = (id) => `${props.live ? 'Object' : 'Person'} ${id + 1}`;
const nameOf = (id) => { const row = rowOf(id); return row && row.label ? row.label : numbered(id); };

// ---- objects -------------------------------------------------------------------------------------
function drawObjects() {
  const ids = [...new Set([...used(items), active])].sort((a, b) => a - b), any = used(items).length > 0;
  $('.pc-objects').hidden = listing() || !any;
  if (listing() || !any) return;
  const chip = (id) => {
    const row = rowOf(id), color = node('i', { className: 'pc-swatch' });
    color.style.background = colorOf(id);
    return node('button', { type: 'button', className: 'pc-btn pc-chip', 'data-object': id, 'aria-pressed': String(id === active), title: `Mark ${nameOf(id)}` },
      color, node('span', { textContent: nameOf(id) }), ...(row && row.score < 1 ? [node('small', { textContent: percent(row.score), title: 'The engine\u2019s own belief in this mask' })] : []));
  };
  refill($('.pc-chips'), ids.map(chip), 'object');
  $('[data-act=fresh]').disabled = !used(items).includes(active);
  $('[data-act=remove]').disabled = !used(items).includes(active);
}

// ---- candidates ----------------------------------------------------------------------------------
function drawCandidates() {
  const group = listing() ? null : groups().get(active), many = !!group && group.length > 1;
  $('.pc-picks').hidden = !many;
  if (!many) return;
  const sizes = group.map((i) => rows()[i].area_px), names = ['Part', 'Whole', 'Group'];
  const rank = (size) => [...sizes].sort((a, b) => a - b).indexOf(size);
  refill($('.pc-picks-row'), group.map((number, at) => {
    const row = rows()[number], name = group.length === 3 ? names[rank(row.area_px)] : `Mask ${at + 1}`;
    return node('button', { type: 'button', className: 'pc-pick', 'data-pick': at, 'aria-pressed': String(pickAt(active) === at), title: `${name} (${at + 1})` },
      thumb(row), node('span', {}, node('b', { textContent: name }), node('small', { textContent: percent(row.score) })));
  }), 'pick');
}

// The part of the photo around a mask, the rest paled.
function thumb(row) {
  const made = sheet(176, 132), to = made.getContext('2d'), sx = picture.naturalWidth / wide(), sy = picture.naturalHeight / high();
  const all = groups().get(row.object_id).map((i) => rows()[i].box), pad = 0.06 * Math.max(wide(), high());
  const left = Math.min(...all.map((b) => b[0])) - pad, top = Math.min(...all.map((b) => b[1])) - pad;
  const right = Math.max(...all.map((b) => b[2])) + pad, bottom = Math.max(...all.map((b) => b[3])) + pad;
  const k = Math.min(made.width / (right - left), made.height / (bottom - top));
  to.setTransform(k, 0, 0, k, made.width / 2 - (k * (left + right)) / 2, made.height / 2 - (k * (top + bottom)) / 2);
  to.scale(1 / sx, 1 / sy);
  to.globalAlpha = 0.45;
  to.drawImage(picture, 0, 0);
  to.globalAlpha = 1;
  const { tint, ring, left: l, top: t } = layerOf(row), cut = sheet(tint.width, tint.height), pen = cut.getContext('2d');
  pen.drawImage(tint, 0, 0);
  pen.globalCompositeOperation = 'source-in';
  pen.drawImage(picture, -l, -t);
  to.drawImage(cut, l, t);
  to.drawImage(ring, l, t);
  return made;
}

function choose(at) {
  const group = groups().get(active);
  if (listing() || !group || at >= group.length) return;
  picks.set(active, { at, marks: marksOf(active) });
  settle(`Mask ${at + 1} of ${group.length}`);
}

// ---- the table of things found -------------------------------------------------------------------
function drawTable() {
  $('.pc-list').hidden = !listing();
  if (!listing()) return;
  $('.pc-count').textContent = `${ticks.size} of ${rows().length} ticked`;
  const all = $('.pc-all');
  all.checked = ticks.size === rows().length;
  all.indeterminate = ticks.size > 0 && !all.checked;
  $('.pc-least output').textContent = percent(Number(least.value));
  const area = wide() * high();
  refill($('.pc-rows'), rows().map((row, i) => {
    const color = node('i', { className: 'pc-swatch' }), bar = node('i', { className: 'pc-score' });
    color.style.background = colorOf(row.object_id);
    bar.style.setProperty('--score', row.score);
    return node('label', { className: `pc-row${ticks.has(i) ? '' : ' off'}`, 'data-row': i },
      node('input', { type: 'checkbox', checked: ticks.has(i), 'data-tick': i }), color,
      node('span', { className: 'pc-label', textContent: row.label || numbered(i) }),
      node('small', { className: 'pc-area', textContent: `${((100 * row.area_px) / area).toFixed(1)} % of the photo` }),
      bar, node('span', { className: 'pc-number', textContent: percent(row.score) }));
  }), 'tick');
}

function tick(i, on) {
  if (on) ticks.add(i); else ticks.delete(i);
  settle(`${rows()[i].label || numbered(i)} ${on ? 'ticked' : 'not ticked'}`);
}

function tickAll(on) {
  ticks = new Set(on ? rows().map((_, i) => i) : []);
  settle(on ? 'All ticked' : 'None ticked');
}

function tickFrom(score) {
  ticks = new Set(rows().map((_, i) => i).filter((i) => rows()[i].score >= score));
  settle(`${ticks.size} of ${rows().length} ticked`);
}
