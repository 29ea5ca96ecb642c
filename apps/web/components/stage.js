// The 3D view's face. `props.value` is a GLB as Gradio serves it; `props.scripts` where three.js lies.
const root = element.querySelector('.sg'), $ = (name) => root.querySelector(name);
const view = $('.sg-view'), canvas = $('.sg-canvas'), note = $('.sg-note'), time = $('.sg-time'), play = $('.sg-play');
const scrub = $('.sg-scrub'), now = $('.sg-now'), speed = $('.sg-speed'), STEP = Math.PI / 12, STILL = matchMedia('(prefers-reduced-motion: reduce)');
const on = { turning: false, wires: false, bones: false, rest: false };

let three = null, stage = null, model = null, address = '', frame = 0, last = 0, playing = false, at = 0, seen = true;

function say(words, state) { note.textContent = words; root.dataset.state = state; }

// ---- drawing: a frame is asked for when something has changed, and goes on only while something moves ----
function draw() { if (!frame && stage) frame = requestAnimationFrame(paint); }

function paint(stamp) {
  frame = 0;
  const moves = playing || on.turning, gone = Math.min((stamp - (last || stamp)) / 1000, 0.1);
  last = moves ? stamp : 0;
  if (!stage || !model || !canvas.clientWidth || !seen) return;
  if (playing) go((at + gone * Number(speed.value)) % Math.max(model.clip.duration, 1e-6));
  stage.controls.autoRotate = on.turning;
  if (on.turning) stage.controls.update(gone);
  if (on.bones) model.marks.follow();
  stage.renderer.render(stage.scene, stage.camera);
  root.dataset.frames = Number(root.dataset.frames || 0) + 1;
  if (moves) draw();
}

function fit() {
  const wide = view.clientWidth, high = props.tall || 420;
  view.style.height = `${high}px`;
  if (!stage || !wide) return;
  stage.renderer.setPixelRatio(Math.min(window.devicePixelRatio || 1, 2));
  stage.renderer.setSize(wide, high, false);
  stage.camera.aspect = wide / high;
  stage.camera.updateProjectionMatrix();
  draw();
}

// ---- pose and time ------------------------------------------------------------------------------
function go(seconds) {
  at = seconds;
  if (model.mixer && !on.rest) model.mixer.setTime(Math.min(at, model.clip.duration - 1e-4));
  scrub.value = at / Math.max(model.clip.duration, 1e-6);
  now.textContent = `${at.toFixed(1)} / ${model.clip.duration.toFixed(1)} s`;
  root.dataset.at = at.toFixed(3);
}

function run(yes) {
  playing = yes && Boolean(model && model.clip);
  if (playing && on.rest) turn('rest', false);
  play.textContent = playing ? '❚❚' : '▶';
  play.setAttribute('aria-label', playing ? 'Pause' : 'Play');
  draw();
}

// A mixer does not set again what it has set: what rest replaces is kept, and put back.
function pose() {
  if (on.rest) {
    model.held = model.bones.map((bone) => [bone.position.clone(), bone.quaternion.clone(), bone.scale.clone()]);
    for (const skeleton of model.skeletons) skeleton.pose();
  } else if (model.held) {
    model.bones.forEach((bone, i) => { const [place, turned, size] = model.held[i]; bone.position.copy(place); bone.quaternion.copy(turned); bone.scale.copy(size); });
    model.held = null;
  }
}

function turn(name, yes) {
  on[name] = yes;
  $(`[data-turns=${name}]`).setAttribute('aria-pressed', String(yes));
  if (model) dress();
  if (model && name === 'rest') { if (yes) run(false); pose(); }
  draw();
}

function dress() {
  for (const material of model.meshes.flatMap((mesh) => mesh.material)) {
    Object.assign(material, { wireframe: on.wires, transparent: on.bones, opacity: on.bones ? THROUGH : 1, needsUpdate: true });
  }
  if (model.marks) model.marks.group.visible = on.bones;
}

// ---- a new file ---------------------------------------------------------------------------------
function empty() {
  if (!model) return;
  stage.scene.remove(model.root);
  if (model.marks) stage.scene.remove(model.marks.group);
  dispose(model);
  model = null;
  stage.renderer.clear();
}

function show(gltf, side) {
  empty();
  model = modelOf(three, gltf);
  stage.scene.add(model.root);
  if (model.marks) stage.scene.add(model.marks.group);
  const rigged = model.skeletons.size > 0, still = model.clip && model.clip.name === REST_TO_POSE;
  for (const button of root.querySelectorAll('.sg-rig')) button.hidden = !rigged;
  if (!rigged) Object.assign(on, { bones: false, rest: false });
  for (const name of Object.keys(on)) turn(name, on[name] && name !== 'rest');
  time.hidden = !model.clip;
  if (model.clip) go(still ? model.clip.duration : 0);
  fit();
  if (side) look(three, stage, model, side);
  run(Boolean(model.clip) && !still && !STILL.matches);
  say('', 'shown');
}

function load() {
  const wanted = props.value && props.value.url ? props.value.url : '';
  canvas.setAttribute('aria-label', `${props.title || '3D view'}; arrow keys turn it, + and - come nearer`);
  if (wanted === address) return;
  address = wanted;
  if (!wanted) { run(false); empty(); say('', 'empty'); draw(); return; }
  say('Loading …', 'loading');
  threeOf(props.scripts).then((found) => {
    three = found;
    stage ??= sceneOf(three, canvas, draw);
    return new three.GLTFLoader().loadAsync(wanted);
  }).then(
    (gltf) => { if (wanted === address) show(gltf, model ? '' : 'corner'); },
    (error) => { if (wanted === address) { run(false); empty(); draw(); say(stage ? 'This file could not be shown. It is among the files below.' : 'This browser cannot show 3D (WebGL is off). The model is among the files below.', 'failed'); console.warn(error); } },
  );
}

// ---- hands --------------------------------------------------------------------------------------
root.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (!button || !model) return;
  if (button === play) run(!playing);
  else if (button.dataset.from) { look(three, stage, model, button.dataset.from); draw(); }
  else if (button.dataset.turns) turn(button.dataset.turns, !on[button.dataset.turns]);
});

scrub.addEventListener('input', () => { if (!model || !model.clip) return; run(false); if (on.rest) turn('rest', false); go(Number(scrub.value) * model.clip.duration); draw(); });
speed.addEventListener('change', draw);

const KEYS = { ArrowLeft: [-STEP, 0, 1], ArrowRight: [STEP, 0, 1], ArrowUp: [0, -STEP, 1], ArrowDown: [0, STEP, 1], '+': [0, 0, 0.85], '=': [0, 0, 0.85], '-': [0, 0, 1 / 0.85] };
canvas.addEventListener('keydown', (event) => {
  if (!model || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === ' ') run(!playing);
  else if (event.key === 'Home') { look(three, stage, model, 'corner'); draw(); }
  else if (KEYS[event.key]) {
    const [around, up, nearer] = KEYS[event.key], { camera, controls } = stage;
    const ball = new three.Spherical().setFromVector3(camera.position.clone().sub(controls.target));
    ball.theta += around; ball.phi += up; ball.radius *= nearer;
    camera.position.setFromSpherical(ball.makeSafe()).add(controls.target);
    controls.update();
    draw();
  } else return;
  event.preventDefault();
});

new ResizeObserver(fit).observe(view);
new IntersectionObserver(([one]) => { seen = one.isIntersecting; draw(); }).observe(view);
watch('value', load);
fit();
load();
