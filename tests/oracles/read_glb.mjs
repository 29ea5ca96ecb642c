// Load a GLB with three.js and print, as JSON, each mesh: its name, vertices in the world, triangles and texture.
import { readFileSync } from "node:fs";

globalThis.self = globalThis;
globalThis.ProgressEvent ??= class {};
const { Vector3, TextureLoader, Texture } = await import("three");
const { GLTFLoader } = await import("three/examples/jsm/loaders/GLTFLoader.js");
// Node has no pictures: what matters is that a texture is asked for.
TextureLoader.prototype.load = function (_, done) { const made = new Texture(); setTimeout(() => done(made)); return made; };

const data = readFileSync(process.argv[2]);
const bytes = data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
const gltf = await new GLTFLoader().parseAsync(bytes, "");
gltf.scene.updateMatrixWorld(true);
const meshes = [];
gltf.scene.traverse((one) => {
  if (!one.isMesh) return;
  const { position, uv } = one.geometry.attributes, vertices = [];
  for (let i = 0; i < position.count; i += 1) {
    vertices.push(new Vector3().fromBufferAttribute(position, i).applyMatrix4(one.matrixWorld).toArray());
  }
  const faces = one.geometry.index.count / 3;
  meshes.push({ name: one.name, parent: one.parent.name, vertices, faces, uv: Boolean(uv), map: Boolean(one.material.map) });
});
console.log(JSON.stringify(meshes));
