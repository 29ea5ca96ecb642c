// What the mixer sounds like: one clock and one graph, so that every sound starts at the same moment.
//   stem ─┬─ fader ─ pan ─ gate ─┬─ bus "mine"        buses ─ master ─ loudspeaker
//         │                      └─ meter
//         └─ sum ─ bus "original": the stems as they came, which add up to the recording
const FADE_S = 0.005, GLIDE_S = 0.012, DRIFT_S = 0.06, LEAD_S = 0.03;
const IN_MEMORY = 600 * 48000 * 2; // samples in all that are decoded ahead: 230 MB; longer sound streams
const ratio = (db) => 10 ** (db / 20);
const glide = (parameter, value, context) => {
  if (context.state === 'running') parameter.setTargetAtTime(value, context.currentTime, GLIDE_S);
  else { parameter.cancelScheduledValues(0); parameter.value = value; }
};

function openContext(rate) {
  try { return new AudioContext({ sampleRate: rate, latencyHint: 'interactive' }); } catch (_) { return new AudioContext(); }
}

function meterOf(context, source) {
  const two = new GainNode(context, { channelCount: 2, channelCountMode: 'explicit' });
  const sides = context.createChannelSplitter(2);
  source.connect(two).connect(sides);
  const ears = [0, 1].map((side) => {
    const ear = new AnalyserNode(context, { fftSize: 4096 });
    sides.connect(ear, side);
    return ear;
  });
  const samples = new Float32Array(4096);
  // The newest samples only, as many as a slow screen could miss between two pictures.
  return () => ears.map((ear) => {
    ear.getFloatTimeDomainData(samples);
    let peak = 0;
    for (let i = 1024; i < 4096; i++) peak = Math.max(peak, Math.abs(samples[i]));
    return peak;
  });
}

// The road of one stem. A mono stem is raised by 3 dB behind the panner, so that the middle leaves it as it is.
function stripOf(context, buses, sum, channels) {
  const input = context.createGain(), fader = context.createGain(), gate = context.createGain();
  const panner = channels <= 2 ? new StereoPannerNode(context) : null;
  const makeup = new GainNode(context, { gain: channels === 1 ? Math.SQRT2 : 1 });
  input.connect(sum);
  input.connect(fader);
  (panner ? fader.connect(panner).connect(makeup) : fader).connect(gate).connect(buses.mine);
  const set = ({ gain_db, pan }, open) => {
    glide(fader.gain, ratio(gain_db), context);
    if (panner) glide(panner.pan, pan, context);
    glide(gate.gain, open ? 1 : 0, context);
  };
  return { input, set, level: meterOf(context, gate) };
}

// A finished sound that is heard instead of the mix, such as the one with effects.
function otherOf(context, bus) {
  const input = context.createGain();
  input.connect(bus);
  return { input, set() {}, level: meterOf(context, input) };
}

function graphOf(context, tracks, channels) {
  const master = context.createGain(), buses = {};
  const sum = context.createGain(), names = ['mine', 'original', ...tracks.filter((t) => t.role === 'other').map((t) => t.id)];
  for (const name of names) (buses[name] = new GainNode(context, { gain: 0 })).connect(master);
  sum.connect(buses.original);
  master.connect(context.destination);
  const strips = tracks.map((t) => (t.role === 'stem' ? stripOf(context, buses, sum, channels) : otherOf(context, buses[t.id])));
  const levels = { original: meterOf(context, sum), ...Object.fromEntries(tracks.map((t, i) => [t.id, strips[i].level])) };
  const hear = (name, gain_db) => {
    for (const [bus, node] of Object.entries(buses)) glide(node.gain, bus === name ? ratio(gain_db) : 0, context);
  };
  return { master, strips, hear, levels, level: meterOf(context, master) };
}

// Decoded sound: sources that all start at one moment of the context's clock, and loop by themselves.
function memoryDeck(context, graph, buffers) {
  let sources = [], began = 0, from = 0, loop = null;
  return {
    exact: true,
    start(at, region) {
      [began, from, loop] = [context.currentTime + LEAD_S, at, region];
      graph.master.gain.setValueAtTime(0, began);
      graph.master.gain.linearRampToValueAtTime(1, began + FADE_S);
      sources = buffers.map((buffer, i) => {
        const source = new AudioBufferSourceNode(context, { buffer, loop: !!region, loopStart: region ? region[0] : 0, loopEnd: region ? region[1] : 0 });
        source.connect(graph.strips[i].input);
        source.start(began, at);
        return source;
      });
    },
    stop() {
      const now = context.currentTime;
      graph.master.gain.setTargetAtTime(0, now, FADE_S / 3);
      for (const source of sources) source.stop(now + 2 * FADE_S);
      sources = [];
    },
    place() {
      const at = from + Math.max(0, context.currentTime - began);
      return loop && at >= loop[1] ? loop[0] + ((at - loop[0]) % (loop[1] - loop[0])) : at;
    },
    close() { this.stop(); },
  };
}

// Long sound: media elements that stream; they are held together to within 60 ms.
function streamDeck(context, graph, urls) {
  const media = urls.map((src, i) => {
    const element = new Audio();
    Object.assign(element, { crossOrigin: 'anonymous', preload: 'auto', src });
    context.createMediaElementSource(element).connect(graph.strips[i].input);
    return element;
  });
  let loop = null;
  const jump = (at) => { for (const m of media) m.currentTime = at; };
  return {
    exact: false,
    start(at, region) {
      loop = region;
      jump(at);
      graph.master.gain.value = 1;
      return Promise.all(media.map((m) => m.play()));
    },
    stop() { for (const m of media) m.pause(); },
    place() {
      const at = media[0].currentTime;
      if (loop && at >= loop[1]) jump(loop[0]);
      else for (const m of media.slice(1)) if (!m.ended && Math.abs(m.currentTime - at) > DRIFT_S) m.currentTime = at;
      return media[0].currentTime;
    },
    close() { for (const m of media) { m.pause(); m.removeAttribute('src'); m.load(); } },
  };
}

async function decoded(context, url, told) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
  const bytes = await answer.arrayBuffer();
  told();
  return context.decodeAudioData(bytes);
}

// ---- loudness of mixes, from the mean products of all stems' channels --------------------------
function rowsOf({ gain_db, pan }, channels) {
  const g = ratio(gain_db);
  if (channels > 2) return null;
  const angle = ((channels === 1 ? (pan + 1) / 2 : pan <= 0 ? pan + 1 : pan) * Math.PI) / 2;
  const c = g * Math.cos(angle), s = g * Math.sin(angle);
  if (channels === 1) return [[Math.SQRT2 * c], [Math.SQRT2 * s]];
  return pan <= 0 ? [[g, c], [0, s]] : [[c, 0], [s, g]];
}

function powerOf(products, rows) {
  return rows.reduce((all, row) => all + row.reduce((sum, a, i) => sum + (a ? row.reduce((part, b, j) => part + a * b * products[i][j], 0) : 0), 0), 0);
}
