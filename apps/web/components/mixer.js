// The stem mixer's face. `props.value` holds the tracks (from Python) and the faders (from here).
const $ = (selector) => element.querySelector(selector);
const root = $('.mx'), rows = $('.mx-rows'), ruler = $('.mx-ruler'), note = $('.mx-note'), format = $('.mx-format'), down = $('[data-act=save]');
const SILENT_DB = -60, TOP_DB = 12, DETENT_DB = 0.8, SEEK_S = 5, HOLD_MS = 350, DRAG_PX = 4, SHORTEST_LOOP_S = 0.05, MATCH_DB = 24;
const FLAT = { gain_db: 0, pan: 0, mute: false, solo: false };
const KEYED = 'input, textarea, select, [contenteditable], [role=textbox]';

let shown = null, lines = [], tracks = [], stems = [], state = {}, context = null, graph = null, deck = null, ready = null;
let playing = false, at = 0, region = null, looping = false, hearing = 'mine', other = 'original', matched = true, chosen = 0, frame = 0, busy = '';

function node(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) (key in made ? (made[key] = value) : made.setAttribute(key, value));
  made.append(...children);
  return made;
}

const clamp = (v, low, high) => Math.min(Math.max(v, low), high);
const length = () => (shown ? shown.duration_s : 0);
const tenths = (s) => `${Math.floor(s / 60)}:${(Math.floor((s % 60) * 10) / 10).toFixed(1).padStart(4, '0')}`;
const clock = (s, step) => (step < 1 ? tenths(s) : `${Math.floor(s / 60)}:${String(Math.floor(s % 60)).padStart(2, '0')}`);
const decibels = (v) => `${v > 0 ? '+' : v < 0 ? '−' : ''}${Math.abs(v).toFixed(1)} dB`;
const place = (v) => (v === 0 ? 'C' : `${v < 0 ? 'L' : 'R'} ${Math.round(Math.abs(v) * 100)}`);
const spoken = (v) => (v === 0 ? 'middle' : `${Math.round(Math.abs(v) * 100)} % ${v < 0 ? 'left' : 'right'}`);
const soloed = () => stems.some((t) => state[t.id].solo);
const open = (t) => !state[t.id].mute && (!soloed() || state[t.id].solo);

// ---- sound -------------------------------------------------------------------------------------
function load(run) {
  const rate = shown.sample_rate_hz, fits = shown.duration_s * rate * shown.channels * tracks.length <= IN_MEMORY;
  if (!context || context.state === 'closed' || (context.wanted !== rate)) {
    if (context) context.close();
    context = openContext(rate);
    context.wanted = rate;
  }
  graph = graphOf(context, tracks, shown.channels);
  const stream = () => streamDeck(context, graph, tracks.map((t) => t.audio.url));
  if (!fits) return Promise.resolve(stream());
  let here = 0;
  const told = () => { here += 1; if (run === shown) say(here < tracks.length ? `Loading the sound, ${here} of ${tracks.length}` : ''); };
  return Promise.all(tracks.map((t) => decoded(context, t.audio.url, told)))
    .then((buffers) => memoryDeck(context, graph, buffers))
    .catch(() => stream());
}

function apply() {
  if (!graph) return;
  tracks.forEach((t, i) => { if (t.role === 'stem') graph.strips[i].set(state[t.id], open(t)); });
  graph.hear(hearing, hearing === 'mine' || !matched ? 0 : matchDb(hearing));
}

// How much louder the other sound must play to be as loud as the mix.
function matchDb(name) {
  const products = shown.products, n = shown.channels, unity = rowsOf(FLAT, n);
  const column = (wanted) => (products && unity ? powerOf(products, unity.map((_, row) => tracks.flatMap((t) => wanted(t, row)))) : 0);
  const none = Array(n).fill(0);
  const mine = column((t, row) => (t.role === 'stem' && open(t) ? rowsOf(state[t.id], n)[row] : none));
  const theirs = column((t, row) => ((name === 'original' ? t.role === 'stem' : t.id === name) ? unity[row] : none));
  return mine > 1e-12 && theirs > 1e-12 ? clamp(10 * Math.log10(mine / theirs), -MATCH_DB, MATCH_DB) : 0;
}

async function start() {
  if (!shown || playing) return;
  playing = true;
  paint();
  const run = shown;
  await context.resume();
  deck = await ready;
  if (run !== shown || !playing) return;
  if (at >= length() - 0.01) at = 0;
  try { await begin(); } catch (_) { halt(); return say('This browser cannot play these sounds; the files below are whole.', true); }
  tick();
}

function begin() {
  const loop = looping ? region || [0, length()] : null;
  if (loop && (at < loop[0] || at >= loop[1])) at = loop[0];
  apply();
  return deck.start(at, loop);
}

function halt() {
  playing = false;
  cancelAnimationFrame(frame);
  if (deck) deck.stop();
  quiet();
  paint();
}

function seek(seconds) {
  at = clamp(seconds, 0, length());
  if (playing && deck) { deck.stop(); begin(); }
  paint();
}

function tick() {
  if (!playing) return;
  if (!element.isConnected) return halt();
  at = deck.place();
  if (at >= length()) { at = length(); halt(); at = 0; return paint(); }
  measure();
  move();
  frame = requestAnimationFrame(tick);
}

// ---- what a hand does --------------------------------------------------------------------------
function change(id, changed) {
  state = { ...state, [id]: { ...state[id], ...changed } };
  apply();
  paint();
  props.value = { ...props.value, stems: state };
}

function soloAlone(id) {
  const only = state[id].solo && stems.every((t) => t.id === id || !state[t.id].solo);
  state = Object.fromEntries(stems.map((t) => [t.id, { ...state[t.id], solo: t.id === id && !only }]));
  change(id, {});
  hear('mine');
}

function hear(name) {
  if (name !== 'mine') other = name;
  hearing = name;
  apply();
  paint();
}

function setRegion(next) {
  const edges = next && [clamp(Math.min(...next), 0, length()), clamp(Math.max(...next), 0, length())];
  region = edges && edges[1] - edges[0] >= SHORTEST_LOOP_S ? edges : null;
  looping = !!region;
  if (playing && deck) seek(at); else paint();
}

const ACTS = {
  loop: () => { looping = !looping; if (playing && deck) seek(at); else paint(); },
  noloop: () => setRegion(null),
  match: () => { matched = !matched; apply(); paint(); },
  small: () => { root.classList.toggle('small'); paint(); },
  reset: () => { state = Object.fromEntries(stems.map((t) => [t.id, { ...FLAT }])); change(stems[0].id, {}); },
  save: () => (busy ? trigger('unmix', { job: busy }) : (pending(), trigger('mixdown', { run: shown.run, stems: heardNow(), format: format.value }))),
};

// What is listened to is what is downloaded: the faders, all stems as they are, or the one finished sound.
function heardNow() {
  if (hearing === 'mine') return state;
  const flat = Object.fromEntries(stems.map((t) => [t.id, { ...FLAT }]));
  return hearing === 'original' ? flat : { ...flat, [hearing]: { ...FLAT, solo: true } };
}

function pending() {
  busy = ' ';
  say('Mixing');
  paint();
}

function say(words, wrong = false) {
  note.textContent = words || '';
  note.classList.toggle('wrong', wrong);
}

// ---- drawing -----------------------------------------------------------------------------------
function slider(kind, track, low, high, step, words) {
  const input = node('input', { type: 'range', min: low, max: high, step, value: state[track.id][kind], className: `mx-${kind}`, ariaLabel: `${kind === 'pan' ? 'Pan' : 'Gain'} of ${track.label}` });
  let held = false;
  input.addEventListener('pointerdown', () => { held = true; });
  input.addEventListener('pointerup', () => { held = false; });
  input.addEventListener('input', () => {
    const near = kind === 'pan' ? 0.06 : DETENT_DB, value = Number(input.value);
    if (held && Math.abs(value) < near) input.value = 0;
    change(track.id, { [kind]: Number(input.value) });
    if (hearing !== 'mine') hear('mine');
  });
  input.addEventListener('dblclick', () => { input.value = 0; change(track.id, { [kind]: 0 }); });
  return node('label', { className: `mx-slide ${kind}`, title: words }, node('span', { textContent: kind === 'pan' ? 'Pan' : 'Gain' }), input, node('output'));
}

function toggle(track, kind, glyph) {
  const made = node('button', { type: 'button', className: `mx-${kind}`, textContent: glyph, ariaLabel: `${kind === 'solo' ? 'Solo' : 'Mute'} ${track.label}`, title: kind === 'solo' ? 'Solo (S); Alt-click: alone' : 'Mute (M)' });
  made.addEventListener('click', (e) => {
    if (kind === 'solo' && (e.altKey || e.shiftKey)) return soloAlone(track.id);
    change(track.id, { [kind]: !state[track.id][kind] });
    hear('mine');
  });
  return made;
}

function row(track, index) {
  const number = stems.indexOf(track) + 1;
  const name = node('span', { className: 'mx-name' }, node('i', { textContent: number || '' }), node('b', { textContent: track.label }));
  const save = track.audio ? node('a', { href: track.audio.url, download: track.name, className: 'mx-file', title: `Download ${track.name}`, ariaLabel: `Download ${track.name}` }) : '';
  if (save) save.innerHTML = '<svg viewBox="0 0 20 20" aria-hidden="true"><path d="M10 3v9m-4-4 4 4 4-4M4 16.5h12"/></svg>';
  const strip = number
    ? [toggle(track, 'solo', 'S'), toggle(track, 'mute', 'M'), slider('gain_db', track, SILENT_DB, TOP_DB, 0.1, 'Double click: 0 dB'),
      ...(shown.channels <= 2 ? [slider('pan', track, -1, 1, 0.01, 'Double click: middle')] : [])]
    : [];
  const made = node('div', { className: `mx-row ${track.role}`, role: 'group', ariaLabel: track.label },
    node('div', { className: 'mx-head' }, name, ...strip, save),
    node('div', { className: 'mx-level', 'aria-hidden': 'true' }, node('i'), node('i')));
  if (track.picture) {
    const [from, long, wave] = shown.plot;
    const picture = node('div', { className: 'mx-picture' }, node('img', { src: track.picture.url, draggable: false, alt: `Waveform and mel spectrogram of ${track.label}` }), node('u'), node('b'));
    picture.style.setProperty('--wave', wave);
    picture.addEventListener('click', (e) => {
      const r = picture.getBoundingClientRect();
      seek(((e.clientX - r.left) / r.width - from) / long * length());
    });
    made.append(picture);
  }
  if (number) for (const kind of ['pointerdown', 'focusin']) made.addEventListener(kind, () => { if (chosen !== number - 1) { chosen = number - 1; paint(); } });
  return made;
}

function paint() {
  if (!shown) return;
  root.classList.toggle('playing', playing);
  const play = $('.mx-play');
  play.ariaLabel = playing ? 'Pause' : 'Play';
  lines.forEach((t, i) => {
    const line = rows.children[i], mine = state[t.id];
    line.classList.toggle('heard', t.role === 'stem' ? (hearing === 'mine' && open(t)) : hearing === t.id);
    line.classList.toggle('chosen', stems[chosen] === t);
    if (!mine) return;
    for (const kind of ['solo', 'mute']) line.querySelector(`.mx-${kind}`).setAttribute('aria-pressed', String(mine[kind]));
    for (const [kind, write, said] of [['gain_db', decibels, decibels], ['pan', place, spoken]]) {
      const input = line.querySelector(`input.mx-${kind}`);
      if (!input) continue;
      input.value = mine[kind];
      input.setAttribute('aria-valuetext', said(mine[kind]));
      input.parentElement.querySelector('output').textContent = write(mine[kind]);
      input.style.setProperty('--fill', (mine[kind] - input.min) / (input.max - input.min));
    }
  });
  for (const button of $('.mx-hear').children) button.setAttribute('aria-pressed', String(button.dataset.hear === hearing));
  const by = shown.products && hearing !== 'mine' && matched ? matchDb(hearing) : 0;
  const press = (act, on) => $(`[data-act=${act}]`).setAttribute('aria-pressed', String(on));
  press('loop', looping);
  press('match', matched);
  press('small', root.classList.contains('small'));
  $('[data-act=match]').hidden = !shown.products;
  $('[data-act=match] span').textContent = Math.abs(by) >= 0.05 ? `Match loudness: ${decibels(by)}` : 'Match loudness';
  $('[data-act=noloop]').hidden = !region;
  if (region) $('.mx-region').textContent = `${tenths(region[0])} – ${tenths(region[1])}`;
  root.classList.toggle('looping', looping);
  down.querySelector('span').textContent = busy ? 'Cancel' : hearing === 'mine' ? 'Download my mix' : `Download “${lines.find((t) => t.id === hearing).label}”`;
  down.classList.toggle('busy', !!busy);
  move();
}

function move() {
  const all = length() || 1;
  root.style.setProperty('--at', at / all);
  root.style.setProperty('--in', region ? region[0] / all : 0);
  root.style.setProperty('--out', region ? region[1] / all : 0);
  $('.mx-time b').textContent = tenths(at);
  ruler.setAttribute('aria-valuenow', at.toFixed(1));
  ruler.setAttribute('aria-valuetext', `${tenths(at)} of ${tenths(all)}`);
}

function lamp(bar, peak) {
  const level = 20 * Math.log10(Math.max(peak, 1e-4));
  bar.style.setProperty('--level', clamp((level + 60) / 60, 0, 1));
  bar.classList.toggle('over', peak > 1);
}

function measure() {
  lines.forEach((t, i) => graph.levels[t.id]().forEach((peak, side) => lamp(rows.children[i].querySelector('.mx-level').children[side], peak)));
  graph.level().forEach((peak, side) => lamp($('.mx-out').children[side], peak));
}

function quiet() {
  for (const bar of element.querySelectorAll('.mx-level i, .mx-out i')) lamp(bar, 0);
}

function drawRuler() {
  const canvas = ruler.querySelector('canvas'), wide = ruler.clientWidth, high = ruler.clientHeight, scale = devicePixelRatio || 1;
  if (!wide || !shown) return;
  Object.assign(canvas, { width: wide * scale, height: high * scale });
  const pen = canvas.getContext('2d'), style = getComputedStyle(root);
  pen.scale(scale, scale);
  pen.font = `12px ${style.fontFamily}`;
  pen.fillStyle = pen.strokeStyle = style.getPropertyValue('--body-text-color-subdued') || '#777';
  const [from, long] = shown.plot, step = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800].find((s) => (length() / s) * 64 <= wide * long) || 3600;
  for (let i = 0; (i * step) / 5 <= length(); i++) {
    const s = (i * step) / 5, x = Math.round((from + (s / length()) * long) * wide) + 0.5, major = i % 5 === 0;
    pen.globalAlpha = major ? 1 : 0.5;
    pen.beginPath();
    pen.moveTo(x, high);
    pen.lineTo(x, high - (major ? 9 : 5));
    pen.stroke();
    if (major && x < wide - 30) pen.fillText(clock(s, step), x + 3, high - 12);
  }
}

function draw() {
  if (playing) halt();
  if (deck) deck.close();
  const value = props.value;
  shown = value && value.tracks && value.tracks.length ? value : null;
  deck = null;
  root.hidden = !shown;
  if (!shown) return;
  lines = shown.tracks;
  tracks = lines.filter((t) => t.audio);
  stems = tracks.filter((t) => t.role === 'stem');
  state = Object.fromEntries(stems.map((t) => [t.id, { ...FLAT, ...(shown.stems || {})[t.id] }]));
  [at, region, looping, chosen, busy] = [0, null, false, 0, ''];
  const others = tracks.filter((t) => t.role === 'other');
  hearing = others.length ? others[0].id : 'mine';
  other = others.length ? hearing : 'original';
  rows.replaceChildren(...lines.map(row));
  const choices = [['mine', 'My mix'], ['original', lines.find((t) => t.role === 'original').label], ...others.map((t) => [t.id, t.label])];
  $('.mx-hear').replaceChildren(...choices.map(([id, words]) => node('button', { type: 'button', textContent: words, title: id === 'mine' ? 'My mix (A)' : `${words} (A)`, 'data-hear': id, onclick: () => hear(id) })));
  format.replaceChildren(...shown.formats.map(([id, words]) => node('option', { value: id, textContent: words })));
  $('.mx-time span').textContent = ` / ${tenths(length())}`;
  ruler.setAttribute('aria-valuemin', 0);
  ruler.setAttribute('aria-valuemax', length().toFixed(1));
  root.style.setProperty('--from', shown.plot[0]);
  root.style.setProperty('--long', shown.plot[1]);
  say('');
  const run = shown;
  ready = load(run);
  ready.then((made) => (run === shown ? (deck = made) : made.close()));
  apply();
  paint();
  drawRuler();
}

// A generator sends its last values twice, and our own faders come back here: only another run is new.
watch('value', () => {
  if (((props.value || {}).run || '') !== (shown ? shown.run : '')) draw();
});
watch('answer', () => {
  const { job = '', words = '', wrong = false, file = null } = props.answer || {};
  busy = job;
  say(words, wrong);
  paint();
  if (file && file.url) node('a', { href: file.url, download: file.orig_name }).click();
});
listen();
draw();
