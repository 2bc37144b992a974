// The scripts of a component are joined into one, which exports what Streamlit calls: load some of them and pick
// names out.
import { readFileSync } from "node:fs";

const root = new URL("../../pages/_ui/", import.meta.url);

export function load(files, names) {
  const source = files.map((file) => readFileSync(new URL(file, root), "utf-8")).join("\n");
  return new Function(`${source.replace("export default", "const exported =")}\nreturn { ${names.join(", ")} };`)();
}
