// Validate GLB files with the Khronos validator; print one JSON object a line: file, errors, warnings, messages.
import { readFileSync } from "node:fs";
import validator from "gltf-validator";

for (const file of process.argv.slice(2)) {
  const report = await validator.validateBytes(new Uint8Array(readFileSync(file)));
  const { numErrors, numWarnings, numInfos, numHints, messages } = report.issues;
  const lines = messages.map((m) => `${m.code} ${m.pointer ?? ""} ${m.message}`);
  console.log(
    JSON.stringify({ file, errors: numErrors, warnings: numWarnings, infos: numInfos, hints: numHints, lines }),
  );
}
