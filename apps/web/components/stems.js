// Plays the mix and its stems in step: all run, only the chosen ones are heard, so switching is seamless.
const root = element.querySelector('.st'), rows = element.querySelector('.st-rows'), seek = element.querySelector('.st-seek');
const play = element.querySelector('.st-play'), time = element.querySelector('.st-time');
const DRIFT_S = 0.06;
let tracks = [], heard = new Set(), playing = false, frame = 0;

function node(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  Object.assign(made, attributes);
  made.append(...children);
  return made;
}

const length = () => Math.max(0, ...tracks.map((t) => t.audio.duration || 0));
const clock = (s) => `${Math.floor(s / 60)}:${String(Math.floor(s % 60)).padStart(2, '0')}`;
const ended = () => tracks.every((t) => t.audio.ended);

function listen() {
  tracks.forEach((t, i) => {
    t.audio.muted = !heard.has(i);
    t.row.classList.toggle('heard', heard.has(i));
    t.name.setAttribute('aria-pressed', String(heard.has(i)));
  });
}

function choose(index, add) {
  if (!add) heard = new Set([index]);
  else if (heard.has(index) && heard.size > 1) heard.delete(index);
  else heard.add(index);
  listen();
}

function jump(seconds) {
  for (const t of tracks) t.audio.currentTime = Math.min(seconds, t.audio.duration || seconds);
  show();
}

function show() {
  const at = tracks.length ? tracks[0].audio.currentTime : 0, all = length();
  root.style.setProperty('--at', all ? at / all : 0);
  seek.max = all || 1;
  if (document.activeElement !== seek || playing) seek.value = at;
  time.textContent = `${clock(at)} / ${clock(all)}`;
}

function tick() {
  const lead = tracks[0] && tracks[0].audio;
  if (!lead || !element.isConnected) return stop();
  for (const { audio } of tracks.slice(1))
    if (!audio.ended && Math.abs(audio.currentTime - lead.currentTime) > DRIFT_S) audio.currentTime = lead.currentTime;
  show();
  if (ended()) return stop();
  frame = requestAnimationFrame(tick);
}

function stop() {
  playing = false;
  cancelAnimationFrame(frame);
  tracks.forEach((t) => t.audio.pause());
  root.classList.remove('playing');
  play.ariaLabel = 'Play';
}

async function start() {
  if (ended()) jump(0);
  playing = true;
  root.classList.add('playing');
  play.ariaLabel = 'Pause';
  try { await Promise.all(tracks.map((t) => t.audio.play())); } catch (_) { return stop(); }
  tick();
}

function track(stem, index) {
  const audio = node('audio', { src: stem.audio.url, preload: 'auto' });
  audio.addEventListener('loadedmetadata', show);
  const name = node('button', { type: 'button', className: 'st-name', title: 'Hear this alone' }, node('i'), node('span', { textContent: stem.label }));
  const gain = node('input', { type: 'range', min: 0, max: 100, value: 100, className: 'st-gain', title: 'Volume', ariaLabel: `Volume of ${stem.label}` });
  const save = node('a', { href: stem.audio.url, download: stem.name, className: 'st-save', title: `Download ${stem.name}`, ariaLabel: `Download ${stem.name}` });
  save.innerHTML = '<svg viewBox="0 0 20 20" aria-hidden="true"><path d="M10 3v9m-4-4 4 4 4-4M4 16.5h12"/></svg>';
  const row = node('div', { className: 'st-row' }, node('div', { className: 'st-head' }, name, gain, save));
  if (stem.picture) {
    const picture = node('div', { className: 'st-picture' }, node('img', { src: stem.picture.url, alt: `Waveform and mel spectrogram of ${stem.label}` }), node('b'));
    picture.addEventListener('click', (e) => {
      const r = picture.getBoundingClientRect();
      const at = ((e.clientX - r.left) / r.width - stem.plot[0]) / stem.plot[1];
      jump(Math.min(Math.max(at, 0), 1) * length());
    });
    picture.style.setProperty('--from', stem.plot[0]);
    picture.style.setProperty('--long', stem.plot[1]);
    row.append(picture);
  }
  name.addEventListener('click', (e) => choose(index, e.shiftKey));
  gain.addEventListener('input', () => { audio.volume = gain.value / 100; });
  return { audio, row, name };
}

function draw() {
  stop();
  tracks = (props.value || []).map(track);
  rows.replaceChildren(...tracks.map((t) => t.row));
  root.hidden = !tracks.length;
  heard = new Set(tracks.length ? [Math.min(1, tracks.length - 1)] : []);
  listen();
  show();
}

play.addEventListener('click', () => (playing ? stop() : start()));
seek.addEventListener('input', () => jump(Number(seek.value)));
watch('value', draw);
draw();
