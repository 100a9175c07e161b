/** The player as a script that leaves `plenopticPlayer` behind. */
export function playerScript(): Promise<string>;
