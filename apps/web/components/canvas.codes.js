// Run-length codes of masks, as COCO writes them: columns first, zeros first. See shared/masks.py.

function countsOf(text) {
  const counts = [];
  let value = 0, shift = 0;
  for (let i = 0; i < text.length; i++) {
    const group = text.charCodeAt(i) - 48;
    value += (group & 31) * 2 ** shift;
    shift += 5;
    if (group & 32) continue;
    if (group & 16) value -= 2 ** shift;
    counts.push(value + (counts.length > 2 ? counts[counts.length - 2] : 0));
    value = shift = 0;
  }
  return counts;
}

function textOf(counts) {
  const codes = [];
  counts.forEach((count, i) => {
    let rest = count - (i > 2 ? counts[i - 2] : 0), more = true;
    while (more) {
      const group = rest & 31;
      rest >>= 5;
      more = rest !== (group & 16 ? -1 : 0);
      codes.push(String.fromCharCode(48 + group + (more ? 32 : 0)));
    }
  });
  return codes.join('');
}

// A bitmap is {data, width, height}; data goes column by column.
function bitmapOf(counts, width, height) {
  const data = new Uint8Array(width * height);
  let at = 0;
  counts.forEach((count, i) => { if (i % 2) data.fill(1, at, at + count); at += count; });
  return { data, width, height };
}

function runsOf({ data }) {
  const counts = [];
  let last = 0, start = 0;
  for (let i = 0; i < data.length; i++) {
    if (data[i] === last) continue;
    counts.push(i - start);
    start = i;
    last = data[i];
  }
  counts.push(data.length - start);
  return counts;
}

function boundsOf({ data, width, height }) {
  let left = width, right = 0, top = height, bottom = 0;
  for (let x = 0; x < width; x++) {
    const column = data.subarray(x * height, (x + 1) * height), first = column.indexOf(1);
    if (first < 0) continue;
    left = Math.min(left, x);
    right = x + 1;
    top = Math.min(top, first);
    bottom = Math.max(bottom, column.lastIndexOf(1) + 1);
  }
  return right ? [left, top, right, bottom] : null;
}

function cropOf({ data, height }, [left, top, right, bottom]) {
  const high = bottom - top, cut = new Uint8Array((right - left) * high);
  for (let x = left; x < right; x++) cut.set(data.subarray(x * height + top, x * height + bottom), (x - left) * high);
  return { data: cut, width: right - left, height: high };
}

// A row is a mask as the server tells it: {object_id, label, score, area_px, box, counts of the box}.
function bitmapOfRow(row, width, height) {
  const [left, top, right, bottom] = row.box, high = bottom - top;
  const part = bitmapOf(countsOf(row.counts), right - left, high), data = new Uint8Array(width * height);
  for (let x = left; x < right; x++) data.set(part.data.subarray((x - left) * high, (x - left + 1) * high), x * height + top);
  return { data, width, height };
}

function rowOfBitmap(bitmap, object_id, label) {
  const box = boundsOf(bitmap);
  if (!box) return null;
  const part = cropOf(bitmap, box), counts = runsOf(part);
  const area_px = counts.reduce((sum, count, i) => sum + (i % 2 ? count : 0), 0);
  return { object_id, label, score: 1, area_px, box, counts: textOf(counts) };
}

// The row's code for the whole picture, without its bitmap: the gaps between the box's columns are added.
function codeOfRow(row, width, height) {
  const [left, top, right, bottom] = row.box, high = bottom - top, counts = [];
  let zeros = left * height, ones = 0, x = 0, y = 0;
  const close = () => { if (ones) counts.push(zeros, ones); zeros = ones ? 0 : zeros; ones = 0; };
  zeros += top;
  countsOf(row.counts).forEach((count, i) => {
    while (count > 0) {
      const run = Math.min(count, high - y);
      if (i % 2) ones += run; else { close(); zeros += run; }
      count -= run;
      y += run;
      if (y < high) continue;
      y = 0;
      x += 1;
      const gap = height - high;
      if (gap && x < right - left) { close(); zeros += gap; }
    }
  });
  close();
  const said = counts.reduce((sum, count) => sum + count, 0);
  if (said < width * height) counts.push(width * height - said);
  return { size: [height, width], counts: textOf(counts) };
}
