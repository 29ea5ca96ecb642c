// Part one: what is drawn. three.js is fetched once a page, when the first view gets a file.
const FOV_DEG = 32, FRAMED = 1.08, THROUGH = 0.45, JOINT_PX = 4, TURN = 5, REST_TO_POSE = 'rest_to_pose';
const SIDES = { front: [0, 0.05, 1], side: [1, 0.05, 0], back: [0, 0.05, -1], top: [0, 1, 0.001], corner: [0.55, 0.3, 1] };

function threeOf(scripts) {
  window.segmentStudioThree ??= Promise.all(['three.module.min.js', 'GLTFLoader.js', 'OrbitControls.js'].map((name) => import(scripts + name)))
    .then(([three, loader, orbit]) => ({ ...three, GLTFLoader: loader.GLTFLoader, OrbitControls: orbit.OrbitControls }))
    .catch((error) => { window.segmentStudioThree = undefined; throw error; });
  return window.segmentStudioThree;
}

// A camera that goes around a model, lit from beside it. `moved` is called when the hand moves the camera.
function sceneOf(three, canvas, moved) {
  const renderer = new three.WebGLRenderer({ canvas, antialias: true, alpha: true });
  const scene = new three.Scene(), camera = new three.PerspectiveCamera(FOV_DEG, 1, 0.01, 100);
  const lamp = new three.DirectionalLight(0xffffff, 1.4);
  lamp.position.set(-0.6, 0.8, 1);
  camera.add(lamp);
  scene.add(camera, new three.HemisphereLight(0xffffff, 0xa8a8b4, 2.1));
  const controls = new three.OrbitControls(camera, canvas);
  controls.enableDamping = false;
  controls.autoRotateSpeed = TURN;
  controls.addEventListener('change', moved);
  return { renderer, scene, camera, controls };
}

function modelOf(three, gltf) {
  const root = gltf.scene, meshes = [], bones = [], skeletons = new Set();
  root.traverse((thing) => {
    if (thing.isBone) bones.push(thing);
    if (!thing.isMesh) return;
    thing.frustumCulled = false;
    meshes.push(thing);
    if (thing.skeleton) skeletons.add(thing.skeleton);
  });
  const clip = gltf.animations[0] || null, mixer = clip ? new three.AnimationMixer(root) : null;
  if (mixer) mixer.clipAction(clip).play();
  return { root, meshes, bones, skeletons, clip, mixer, held: null, marks: bones.length ? marksOf(three, root, bones) : null };
}

// The bones as lines and their joints as dots, over all else.
function marksOf(three, root, bones) {
  const over = { depthTest: false, depthWrite: false, transparent: true };
  const pairs = bones.filter((bone) => bone.parent && bone.parent.isBone).map((bone) => [bone.parent, bone]);
  const points = (count) => new three.BufferGeometry().setAttribute('position', new three.BufferAttribute(new Float32Array(3 * count), 3));
  const lines = new three.LineSegments(points(2 * pairs.length), new three.LineBasicMaterial({ color: 0xd8542f, ...over }));
  const dots = new three.Points(points(bones.length), new three.PointsMaterial({ color: 0x28282c, size: JOINT_PX, sizeAttenuation: false, ...over }));
  const group = new three.Group(), place = new three.Vector3();
  for (const thing of [lines, dots]) Object.assign(thing, { frustumCulled: false, renderOrder: 9 });
  group.add(lines, dots);
  group.visible = false;
  const put = (made, bone, at) => { bone.getWorldPosition(place); made.geometry.attributes.position.setXYZ(at, place.x, place.y, place.z); };
  const follow = () => {
    root.updateWorldMatrix(true, true);
    pairs.forEach((pair, i) => pair.forEach((bone, end) => put(lines, bone, 2 * i + end)));
    bones.forEach((bone, i) => put(dots, bone, i));
    for (const made of [lines, dots]) made.geometry.attributes.position.needsUpdate = true;
  };
  return { group, follow };
}

function dispose(model) {
  for (const mesh of model.meshes) {
    mesh.geometry.dispose();
    for (const material of [mesh.material].flat()) { if (material.map) material.map.dispose(); material.dispose(); }
  }
  for (const skeleton of model.skeletons) skeleton.dispose();
  for (const mark of model.marks?.group.children ?? []) { mark.geometry.dispose(); mark.material.dispose(); }
}

// Put the camera on one side, so far off that the model's box just fills the view.
function look(three, stage, model, side) {
  model.root.updateWorldMatrix(true, true);
  const box = new three.Box3().setFromObject(model.root, true), middle = box.getCenter(new three.Vector3());
  const { camera, controls } = stage, up = Math.tan((camera.fov / 2) * Math.PI / 180), wide = up * camera.aspect;
  controls.target.copy(middle);
  camera.position.set(...SIDES[side]).normalize().add(middle);
  camera.lookAt(middle);
  const turned = camera.quaternion.clone().invert(), corner = new three.Vector3();
  let far = 0;
  for (let n = 0; n < 8; n += 1) {
    corner.set(n & 1 ? box.max.x : box.min.x, n & 2 ? box.max.y : box.min.y, n & 4 ? box.max.z : box.min.z).sub(middle).applyQuaternion(turned);
    far = Math.max(far, FRAMED * Math.max(Math.abs(corner.x) / wide, Math.abs(corner.y) / up) + corner.z);
  }
  camera.position.sub(middle).multiplyScalar(far).add(middle);
  Object.assign(camera, { near: far / 100, far: far * 10 });
  camera.updateProjectionMatrix();
  controls.update();
}
