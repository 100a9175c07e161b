/** SHA-256 of the reference's pictures. */
export const knownFiles: Readonly<Record<string, string>> = {
  "color_wheel.jpg": "c221ca4b9b41f1820fc95a3fb3c6316c3b8770af3dc650cfafc65b354b6799f7",
  "curie.pgm": "9c1966040be52db0b7a48d55d212277689900c1eed35e11becc51957aa15744a",
  "einstein.pgm": "04fdfaa3c70b8de1447e490df28b31084dce6720daca769399629d2214fe9ffb",
  "macaca_nigra_self-portrait.jpg": "7d091cf79ef8be1f36b70ee0e601f168dc95e654956f627231dde2861e1c3f5b",
  "parrot.png": "bda44895f686a704276363c717e6c2950b57c31f58ceb6d5422d8476231facb7",
  "reptile_skin.pgm": "c5349e9e7d402b2df64e146b8b64463bb147d993d8a50537d01c862eca256d87",
};
