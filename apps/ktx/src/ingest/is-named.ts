/** False for the one group of units that no sign-ins share. */
export function isNamed(group: string): boolean {
  return group !== "model";
}
