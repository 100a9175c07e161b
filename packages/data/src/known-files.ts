/** A file that can be downloaded. */
export interface KnownFile {
  readonly url: string;
  readonly sha256: string;
}

const pictures = "https://raw.githubusercontent.com/plenoptic-org/plenoptic/2.1.0/src/plenoptic/data/";
const picture = (name: string, sha256: string) => [name, { url: `${pictures}${name}`, sha256 }] as const;
/** Of the project ts37w at the Open Science Framework. */
const osf = (name: string, id: string, sha256: string) =>
  [name, { url: `https://osf.io/download/${id}`, sha256 }] as const;

/** The reference's pictures, and the files of its registry (release 2.1.1). */
export const knownFiles: ReadonlyMap<string, KnownFile> = new Map<string, KnownFile>([
  picture("color_wheel.jpg", "c221ca4b9b41f1820fc95a3fb3c6316c3b8770af3dc650cfafc65b354b6799f7"),
  picture("curie.pgm", "9c1966040be52db0b7a48d55d212277689900c1eed35e11becc51957aa15744a"),
  picture("einstein.pgm", "04fdfaa3c70b8de1447e490df28b31084dce6720daca769399629d2214fe9ffb"),
  picture(
    "macaca_nigra_self-portrait.jpg",
    "7d091cf79ef8be1f36b70ee0e601f168dc95e654956f627231dde2861e1c3f5b",
  ),
  picture("parrot.png", "bda44895f686a704276363c717e6c2950b57c31f58ceb6d5422d8476231facb7"),
  picture("reptile_skin.pgm", "c5349e9e7d402b2df64e146b8b64463bb147d993d8a50537d01c862eca256d87"),
  osf(
    "plenoptic-test-files.tar.gz",
    "q9kn8",
    "a6b8e03ecc8d7e40c505c88e6c767af5da670478d3bebb4e13a9d08ee4f39ae8",
  ),
  osf("ssim_images.tar.gz", "j65tw", "19c1955921a3c37d30c88724fd5a13bdbc9620c9e7dfaeaa3ff835283d2bb42e"),
  osf("ssim_analysis.mat", "ndtc7", "921d324783f06d1a2e6f1ce154c7ba9204f91c569772936991311ff299597f24"),
  osf("msssim_images.tar.gz", "5fuba", "a01273c95c231ba9e860dfc48f2ac8044ac3db13ad7061739c29ea5f9f20382c"),
  osf("MAD_results.tar.gz", "jwcsr", "29794ed7dc14626f115b9e4173bff88884cb356378a1d4f1f6cd940dd5b31dbe"),
  osf(
    "portilla_simoncelli_matlab_test_vectors.tar.gz",
    "qtn5y",
    "83087d4d9808a3935b8eb4197624bbae19007189cd0d786527084c98b0b0ab81",
  ),
  osf(
    "portilla_simoncelli_test_vectors.tar.gz",
    "8r2gq",
    "d67787620a0cf13addbe4588ec05b276105ff1fad46e72f8c58d99f184386dfb",
  ),
  osf(
    "portilla_simoncelli_images.tar.gz",
    "eqr3t",
    "4d3228fbb51de45b4fc81eba590d20f5861a54d9e46766c8431ab08326e80827",
  ),
  osf(
    "portilla_simoncelli_synthesize.npz",
    "a7p9r",
    "9c304580cd60e0275a2ef663187eccb71f2e6a31883c88acf4c6a699f4854c80",
  ),
  osf(
    "portilla_simoncelli_synthesize_torch_v1.12.0.npz",
    "gbv8e",
    "5a76ef223bac641c9d48a0b7f49b3ce0a05c12a48e96cd309866b1e7d5e4473f",
  ),
  osf(
    "portilla_simoncelli_synthesize_gpu.npz",
    "tn4y8",
    "324efc2a6c54382aae414d361c099394227b56cd24460eebab2532f70728c3ee",
  ),
  osf(
    "portilla_simoncelli_scales.npz",
    "xhwv3",
    "eae2db6bd5db7d37c28d8f8320c4dd4fa5ab38294f5be22f8cf69e5cd5e4936a",
  ),
  osf("sample_images.tar.gz", "6drmy", "0ba6fe668a61e9f3cb52032da740fbcf32399ffcc142ddb14380a8e404409bf5"),
  osf("test_images.tar.gz", "au3b8", "eaf35f5f6136e2d51e513f00202a11188a85cae8c6f44141fb9666de25ae9554"),
  osf("tid2013.tar.gz", "uscgv", "bc486ac749b6cfca8dc5f5340b04b9bb01ab24149a5f3a712f13e9d0489dcde0"),
  osf(
    "portilla_simoncelli_test_vectors_refactor.tar.gz",
    "ca7qt",
    "b72661836e5830c1473b8a2292075a8e9c1aca00faf97cc6809ec28f19d3f9ce",
  ),
  osf(
    "portilla_simoncelli_synthesize_torch_v1.12.0_ps-refactor.npz",
    "vmwzd",
    "9525844b71cf81509b86ed9677172745353588c6bb54e4de8000d695598afa47",
  ),
  osf(
    "portilla_simoncelli_synthesize_gpu_ps-refactor.npz",
    "mqs6y",
    "9fbb490f1548133f6aa49c54832130cf70f8dc6546af59688ead17f62ab94e61",
  ),
  osf(
    "portilla_simoncelli_scales_ps-refactor.npz",
    "nvpr4",
    "ce11d85e6bcf5fad1b819c36dac584c3e933706a0ee423ea1c76ffe0daccbae5",
  ),
  osf(
    "portilla_simoncelli_synthesize_torch_v1.12.0_ps-refactor-2.npz",
    "en8du",
    "ffd967543d58a03df390008c35878791590520624aa0e5e5a26ad3f877345ab4",
  ),
  osf(
    "example_eigendistortion.pt",
    "gwhz2/?revision=3",
    "44f94049834bba386183336dade0b613cd68581fca70f2fe3cb7e5c3fdd730e6",
  ),
  osf(
    "example_eigendistortion-cuda.pt",
    "j9mqk/?revision=1",
    "87080836713e8efe1e7ff29538099e82a26b8700080e1bc1d30f00de1a54b2f5",
  ),
  osf("load_image_test.tar.gz", "avpzq", "8a2b92dc0d442695c45b1e908ef0a04cae35c5f21b774a93b9fc6b675423b526"),
  osf("berardino_onoff.pt", "uqfa8", "2174a40005489b9c94acc91213b2f6d57a75f262caf118cb1980658eadbfd047"),
  osf(
    "berardino_vgg16.pt",
    "6r87b/?revision=6",
    "ef1b3234e6e1b5ca4479f215b0408e7a1d1ffd2baff5103142370d58047fb9f5",
  ),
  osf(
    "ps_regression.tar.gz",
    "7t4fj/?revision=15",
    "dcb92f7df6344e7f6760c16ece4395245d43703bf6783629272549674f753faf",
  ),
  osf(
    "example_metamer_gaussian-old.pt",
    "7e48u/?revision=5",
    "adef079df878a9e0319cb5ad59791435f9b7eec695e1d8f21019c8e11b891d85",
  ),
  osf(
    "example_metamer_gaussian.pt",
    "7e48u/?revision=6",
    "02e12c7c2a93e2e5a83f6d7aa8320368c00641deacfba3359b02fedc9a0dc0f1",
  ),
  osf(
    "example_metamer_gaussian-cuda.pt",
    "jzhe7/?revision=3",
    "edd80e63bd776b679f714acee62fefa9885a257c66e2699423887aeab7c03794",
  ),
  osf(
    "example_metamerCTF_ps.pt",
    "4zr37/?revision=10",
    "060362bb4146649511cf0b8c069450811f1ef842e3763014fbb00808966067d2",
  ),
  osf(
    "example_metamerCTF_ps-cuda.pt",
    "627sp/?revision=5",
    "443dbdec5dbc2a7ffb26fc8076981142d14ab9cee36b294f4d890020a4838816",
  ),
  osf(
    "example_mad.pt",
    "ersfy/?revision=5",
    "d8dc33f41bd3478b1b7203ed5b82e90e4248e5518a6980eca079a82fa809f9b6",
  ),
  osf(
    "example_mad-cuda.pt",
    "qjdbc/?revision=4",
    "5c894d7358531a8ce4893ca2573d939387cf9ca600b7dac54c4c34a221ad6c46",
  ),
  osf(
    "example_mad-cuda-old.pt",
    "qjdbc/?revision=3",
    "fd7e1372397bb57cc31a13ca4886ee73ffd405df64e0bb7d291977ba1b460b77",
  ),
  osf(
    "example_eigendistortion_color.pt",
    "jc63h/?revision=3",
    "63147c5ed9588a64b6af4f181a8d0532d3de5639b20ae79c4706ec488c1854dc",
  ),
  osf(
    "ResNet50-layer2_macaque_metamer.pt",
    "zdbne/?revision=7",
    "7104ef9636dc4497e7a95d9d446c6b276937dd645a15cedc0074d2295d48f095",
  ),
  osf(
    "ResNet50-layer3_macaque_metamer.pt",
    "bqt2s/?revision=7",
    "aef81cf76858d5ff8adc095e7c8513ceccc30e04543198533d826548d6e0cceb",
  ),
  osf(
    "ResNet50-layer4_macaque_metamer.pt",
    "yvwjs/?revision=7",
    "c18a5278cb161248c47dba0d5ddbf581784b988f3222430879cf8e48bda03228",
  ),
  osf(
    "caltech256_burger.jpg",
    "5dhac/?revision=1",
    "a67da35a97a17816a6be9a006a5105e46e179a4e36dc8d8cd5651ae463460785",
  ),
]);

/** The files of the registry that users may want; the others are for the reference's own tests. */
export const downloadableFiles: readonly string[] = [
  "portilla_simoncelli_images.tar.gz",
  "test_images.tar.gz",
  "example_eigendistortion.pt",
  "berardino_onoff.pt",
  "berardino_vgg16.pt",
  "tid2013.tar.gz",
  "ps_regression.tar.gz",
  "example_metamer_gaussian.pt",
  "example_metamerCTF_ps.pt",
  "example_mad.pt",
  "example_eigendistortion_color.pt",
  "caltech256_burger.jpg",
];
