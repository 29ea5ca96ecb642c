// Load a GLB with three.js and print, as JSON, the skinned vertices and bone positions at the clip's end and at rest.
import { readFileSync } from "node:fs";

globalThis.self = globalThis;
globalThis.ProgressEvent ??= class {};
const { AnimationMixer, LoopOnce, Vector3 } = await import("three");
const { GLTFLoader } = await import("three/examples/jsm/loaders/GLTFLoader.js");

const data = readFileSync(process.argv[2]);
const bytes = data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
const gltf = await new GLTFLoader().parseAsync(bytes, "");

function snapshot() {
  gltf.scene.updateMatrixWorld(true);
  const meshes = [];
  gltf.scene.traverse((o) => o.isSkinnedMesh && meshes.push(o));
  const mesh = meshes[0];
  mesh.skeleton.update();
  const vertices = [];
  for (let i = 0; i < mesh.geometry.attributes.position.count; i += 1) {
    vertices.push(mesh.localToWorld(mesh.getVertexPosition(i, new Vector3())).toArray());
  }
  const bones = mesh.skeleton.bones.map((b) => [b.name, b.getWorldPosition(new Vector3()).toArray()]);
  return { vertices, bones };
}

const loaded = snapshot();
const mixer = new AnimationMixer(gltf.scene);
const action = mixer.clipAction(gltf.animations[0]);
action.setLoop(LoopOnce);
action.clampWhenFinished = true;
action.play();
mixer.setTime(0);
const rest = snapshot();
mixer.setTime(gltf.animations[0].duration);
const posed = snapshot();
console.log(JSON.stringify({ clip: gltf.animations[0].name, loaded, rest, posed }));
