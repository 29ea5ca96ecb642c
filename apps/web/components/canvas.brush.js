// The brush adds to an object's mask or takes away from it, pixel by pixel of the original picture.

const brushPx = () => Math.max(1, (Math.max(wide(), high()) * Number(brushSize.value)) / 500);

function inkLine(from, to, keep) {
  const pen = ink.getContext('2d'), sx = ink.width / wide(), sy = ink.height / high();
  pen.lineCap = 'round';
  pen.lineWidth = Math.max(brushPx() * Math.max(sx, sy), 1);
  pen.strokeStyle = keep ? colorOf(active) : '#fff';
  pen.beginPath();
  pen.moveTo(from[0] * sx, from[1] * sy);
  pen.lineTo(to[0] * sx + 0.01, to[1] * sy);
  pen.stroke();
}

const clearInk = () => ink.getContext('2d').clearRect(0, 0, ink.width, ink.height);

// Set every pixel whose middle lies within the radius of the way between two places.
function stamp({ data, width, height }, [ax, ay], [bx, by], radius, bit) {
  const dx = bx - ax, dy = by - ay, square = dx * dx + dy * dy || 1, reach = radius * radius;
  const x0 = clamp(Math.floor(Math.min(ax, bx) - radius), 0, width), x1 = clamp(Math.ceil(Math.max(ax, bx) + radius), 0, width);
  const y0 = clamp(Math.floor(Math.min(ay, by) - radius), 0, height), y1 = clamp(Math.ceil(Math.max(ay, by) + radius), 0, height);
  for (let x = x0; x < x1; x++)
    for (let y = y0; y < y1; y++) {
      const px = x + 0.5 - ax, py = y + 0.5 - ay, along = clamp((px * dx + py * dy) / square, 0, 1);
      const ox = px - along * dx, oy = py - along * dy;
      if (ox * ox + oy * oy <= reach) data[x * height + y] = bit;
    }
}

// The stroke on the object's mask as it is shown now; its marks of before are in that mask already.
function paint(way, keep) {
  const marks = unfrozen(way[0]), row = rowOf(active) || rowOfMark(marks.find((m) => m.type === 'mask' && m.id === active));
  const bitmap = row ? bitmapOfRow(row, wide(), high()) : { data: new Uint8Array(wide() * high()), width: wide(), height: high() };
  const radius = Math.max(brushPx() / 2, 0.71);
  way.forEach((at, i) => stamp(bitmap, way[Math.max(i - 1, 0)], at, radius, keep ? 1 : 0));
  clearInk();
  const others = marks.filter((m) => m.id !== active), painted = rowOfBitmap(bitmap, active, row ? row.label : '');
  selected = -1;
  commit(painted ? [...others, markOf(painted)] : others, keep ? 'Painted' : 'Erased');
}

function markOf(row) {
  const mark = { type: 'mask', id: row.object_id, keep: true, label: row.label, code: codeOfRow(row, wide(), high()) };
  known.set(mark, row);
  return mark;
}

function rowOfMark(mark) {
  if (!mark) return null;
  if (!known.has(mark)) {
    const [height, width] = mark.code.size;
    known.set(mark, rowOfBitmap(bitmapOf(countsOf(mark.code.counts), width, height), mark.id, mark.label));
  }
  return known.get(mark);
}

// Masks that were looked for by name become objects of their own before they are corrected.
function unfrozen(at) {
  const marks = items.filter((m) => m.type !== 'everything');
  if (!listing()) return marks;
  const under = at ? maskAt(...at) : -1, kept = meant().slice(0, MOST_OBJECTS);
  const made = kept.map((number, id) => markOf({ ...rows()[number], object_id: id }));
  active = kept.includes(under) ? kept.indexOf(under) : made.length;
  found = { listing: false, masks: made.map(rowOfMark) };
  layers.clear();
  return made;
}

// A candidate that a person has chosen goes with the next click as the mask to correct.
function withPick(marks, id) {
  const row = pickAt(id) ? rowOf(id) : null;
  return row ? [...marks.filter((m) => !(m.type === 'mask' && m.id === id)), markOf(row)] : marks;
}
