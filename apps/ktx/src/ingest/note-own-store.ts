import type { Project } from "../project/read-project.ts";

/** Says that a command runs its units itself where ktx.yaml names a store that workers share. */
export function noteOwnStore(
  { reading }: Pick<Project, "reading">,
  command: "remember" | "scan",
  onNote: (message: string) => void,
): void {
  const store = reading.written?.batch?.store;
  if (store === undefined) return;
  onNote(
    `ktx ${command} asks the model here: batch.store (${store}) is for ktx ingest and ktx batch.`,
  );
}
