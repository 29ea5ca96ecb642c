// Part five: playing the recording, or one mark of it; a box is heard through a filter of its band.
const audio = new Audio();
audio.preload = 'metadata';
let context = null, source = null, filters = [], stopAt = Infinity, ticking = 0;

function placeHead() {
  const p = plot(), at = audio.currentTime || 0;
  head.style.left = `${((at - from) / (to - from)) * 100}%`;
  head.style.display = at >= from && at <= to ? 'block' : 'none';
  $('.sb-time').textContent = `${clock(at, 0.01)} / ${clock(duration(), 0.01)}${duration() < 60 ? ' s' : ''}`;
}

function tick() {
  if (audio.paused || !element.isConnected) return;
  if (audio.currentTime >= stopAt) return halt();
  if (audio.currentTime > to || audio.currentTime < from) show(audio.currentTime, audio.currentTime + to - from);
  placeHead();
  ticking = requestAnimationFrame(tick);
}

function halt() {
  cancelAnimationFrame(ticking);
  audio.pause();
  root.classList.remove('is-playing');
  $('[data-act=play]').ariaLabel = 'Play';
  if (stopAt < Infinity) audio.currentTime = Math.min(stopAt, audio.currentTime);
  stopAt = Infinity;
  placeHead();
}

// Two filters of second order on each side: 24 dB an octave outside the band.
function through(band) {
  if (!band && !context) return;
  context = context || new AudioContext();
  source = source || context.createMediaElementSource(audio);
  source.disconnect();
  filters.forEach((one) => one.disconnect());
  const edges = band ? [['highpass', band.low_hz], ['highpass', band.low_hz], ['lowpass', band.high_hz], ['lowpass', band.high_hz]] : [];
  const most = context.sampleRate / 2;
  filters = edges.filter(([type, hz]) => (type === 'highpass' ? hz > 0 : hz < most)).map(([type, frequency]) => new BiquadFilterNode(context, { type, frequency: Math.min(frequency, most), Q: 0.7 }));
  [source, ...filters].reduce((before, after) => before.connect(after)).connect(context.destination);
  context.resume();
}

async function play(end = Infinity, band = null) {
  if (!info().sound) return;
  if (audio.ended || audio.currentTime >= duration() - 0.02) audio.currentTime = 0;
  stopAt = end;
  try {
    through(band);
    await audio.play();
  } catch (_) {
    tell('This browser cannot play this kind of file. Marking and separating it work all the same.', true);
    return halt();
  }
  root.classList.add('is-playing');
  $('[data-act=play]').ariaLabel = 'Pause';
  tick();
}

function hear() {
  const m = items[selected];
  if (!m) return;
  if (!audio.paused && stopAt < Infinity) return halt();
  audio.currentTime = m.start_s;
  play(Math.min(m.end_s, duration()), isBox(m) && kept(m) ? m : null);
}

function seek(s) {
  audio.currentTime = clamp(s, 0, duration());
  if (stopAt < Infinity) stopAt = Infinity;
  placeHead();
}

audio.addEventListener('ended', halt);
audio.addEventListener('seeked', placeHead);
