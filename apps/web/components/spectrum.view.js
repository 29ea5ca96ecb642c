// The drawing board of sound, part one: seconds and hertz <-> pixels, and which stretch of time is shown.
// Frequency axes are those of sam_audio/axes.py: the unit runs from 0 (bottom) to 1 (half the sample rate).
const $ = (selector) => element.querySelector(selector);
const root = $('.sb'), stage = $('.sb-stage'), svg = $('.sb-marks'), spec = $('.sb-spec'), wave = $('.sb-wave');
const axes = $('.sb-axes'), layer = $('.sb-items'), list = $('.sb-list'), head = $('.sb-head'), scroll = $('.sb-scroll');
const file = $('.sb-file'), live = $('.sb-live'), note = $('.sb-note'), picture = $('.sb-picture'), detail = $('.sb-detail');
const SVG = 'http://www.w3.org/2000/svg';
const MEL_BREAK_HZ = 700, LOG_DECADES = 3, DETAIL_WAIT_MS = 300;

let from = 0, to = 0, waiting = 0;
let turning = '';  // the axis that was asked for and is not drawn yet

const info = () => props.info || {};
const duration = () => info().duration_s || 0;
const topHz = () => (info().sample_rate_hz || 2) / 2;
// A view without a picture is none: it is still to come.
const pictured = (view) => (view && view.picture ? view : null);
const overview = () => pictured(props.overview), nearer = () => pictured(props.detail);
const axis = () => (overview() || {}).axis || 'mel';
const clamp = (v, low, high) => Math.min(Math.max(v, low), high);

function toUnit(hz) {
  if (axis() === 'mel') return Math.log1p(hz / MEL_BREAK_HZ) / Math.log1p(topHz() / MEL_BREAK_HZ);
  if (axis() === 'log') return 1 + Math.log10(Math.max(hz / topHz(), 10 ** -LOG_DECADES)) / LOG_DECADES;
  return hz / topHz();
}

function toHz(unit) {
  if (axis() === 'mel') return MEL_BREAK_HZ * Math.expm1(unit * Math.log1p(topHz() / MEL_BREAK_HZ));
  if (axis() === 'log') return topHz() * 10 ** (LOG_DECADES * (unit - 1));
  return unit * topHz();
}

// Where the spectrogram lies within the stage, CSS pixels; the style sheet decides.
function plot() {
  return { x: spec.offsetLeft, y: spec.offsetTop, w: Math.max(spec.clientWidth, 1), h: Math.max(spec.clientHeight, 1) };
}

const xOf = (s, p = plot()) => p.x + ((s - from) / (to - from)) * p.w;
const yOf = (hz, p = plot()) => p.y + (1 - clamp(toUnit(hz), 0, 1)) * p.h;
const secondsAt = (x, p = plot()) => clamp(from + ((x - p.x) / p.w) * (to - from), 0, duration());

// The lowest row of a logarithmic axis stands for everything below it as well.
function hertzAt(y, p = plot()) {
  const unit = 1 - (y - p.y) / p.h;
  return unit <= 0 ? 0 : toHz(Math.min(unit, 1));
}

// Numbers are rounded to a power of ten below what one pixel of the screen covers.
function rounded(value, pixel) {
  const digits = clamp(-Math.floor(Math.log10(Math.max(pixel, 1e-12) / 2)), 0, 9);
  return Number(value.toFixed(digits));
}
const pixelSeconds = () => (to - from) / plot().w;
const roundSeconds = (s) => Math.min(rounded(s, pixelSeconds()), duration());
function roundHertz(hz) {
  const unit = clamp(toUnit(hz), 0, 1), step = 1 / plot().h;
  return Math.min(rounded(hz, Math.abs(toHz(Math.min(unit + step, 1)) - toHz(Math.max(unit - step, 0))) / 2), topHz());
}

function inStage(event) {
  const r = stage.getBoundingClientRect();
  return [event.clientX - r.left - stage.clientLeft, event.clientY - r.top - stage.clientTop];
}

// ---- the stretch shown ---------------------------------------------------------------------------
const shortest = () => Math.min(duration(), Math.max(duration() / 50000, 64 / (info().sample_rate_hz || 1)));

function show(start, end) {
  const length = clamp(end - start, shortest(), duration());
  from = clamp(start, 0, duration() - length);
  to = from + length;
  draw();
  clearTimeout(waiting);
  waiting = setTimeout(askDetail, DETAIL_WAIT_MS);
}

function zoom(factor, at = (from + to) / 2) {
  const length = clamp((to - from) * factor, shortest(), duration());
  const start = at - ((at - from) / (to - from)) * length;
  show(start, start + length);
}

const covers = (view) => !!view && view.start_s <= from + 1e-9 && view.end_s >= to - 1e-9;
// How many measured columns a pixel of the screen has; below 0.7 a finer picture is worth fetching.
const density = (view) => (view ? (view.columns * pixelSeconds()) / (view.end_s - view.start_s) : 0);
const fine = () => (covers(nearer()) && nearer().axis === axis() && density(nearer()) >= density(overview()) ? nearer() : null);

function askDetail() {
  if (!duration()) return;
  const enough = Math.max(density(overview()), density(fine())) >= 0.7 || to - from <= shortest() * 1.01;
  const margin = (to - from) / 2;
  if (!enough) busy(true);
  look(enough ? null : [Math.max(from - margin, 0), Math.min(to + margin, duration())]);
}

// Only the last of several requests is answered: each asks for all that is still missing.
// Gradio sends the data of the first of them when it comes to the last: so all share one object.
const wish = {};
function look(fetch = null) {
  trigger('view', Object.assign(wish, { axis: turning || axis(), start_s: from, end_s: to, draw: !!turning || !overview(), fetch }));
}

// ---- words ---------------------------------------------------------------------------------------
function clock(s, step = 1) {
  const digits = step < 1 ? clamp(Math.ceil(-Math.log10(step)), 0, 6) : 0;
  if (s < 60 && duration() < 60) return `${s.toFixed(digits)}`;
  const whole = Number(s.toFixed(digits)), hours = Math.floor(whole / 3600), minutes = Math.floor(whole / 60) % 60;
  const seconds = (whole % 60).toFixed(digits).padStart(digits ? digits + 3 : 2, '0');
  return hours ? `${hours}:${String(minutes).padStart(2, '0')}:${seconds}` : `${minutes}:${seconds}`;
}
const hertz = (hz) => (hz >= 1000 ? `${Number((hz / 1000).toPrecision(3))} k` : `${Number(hz.toPrecision(3))}`);

function busy(on) { root.classList.toggle('is-busy', on); }
function say(text) { if (text) live.textContent = text; }
function tell(text, wrong = false) {
  note.textContent = text || '';
  root.classList.toggle('is-wrong', wrong);
}
