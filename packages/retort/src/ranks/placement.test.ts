import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { firstHost, placement, restartsOf } from './placement.ts';

const torchrun = {
  RANK: '3',
  WORLD_SIZE: '4',
  LOCAL_RANK: '1',
  LOCAL_WORLD_SIZE: '2',
  MASTER_ADDR: 'node-0',
  MASTER_PORT: '29500',
};

/** As `srun -n 2` of Slurm 22.05 sets them. */
const step = {
  SLURM_JOB_ID: '7',
  SLURM_NTASKS: '2',
  SLURM_PROCID: '1',
  SLURM_LOCALID: '1',
  SLURM_NODEID: '0',
  SLURM_STEP_ID: '3',
  SLURM_STEP_NUM_TASKS: '2',
  SLURM_STEP_NUM_NODES: '1',
  SLURM_STEP_NODELIST: 'vm',
  SLURM_STEP_TASKS_PER_NODE: '2',
};

suite('a process knows which rank it is', () => {
  test('by torchrun’s variables', () => {
    const at = { rank: 3, worldSize: 4, localRank: 1, localWorldSize: 2, initMethod: 'env://' };
    assert.deepEqual(placement(torchrun), at);
    // torchrun in a step of Slurm, in which it is the one task of its machine.
    assert.deepEqual(placement({ ...step, ...torchrun }), at);
  });

  test('by those that a PyTorchJob sets, whose pods have a process each', () => {
    const { LOCAL_RANK, LOCAL_WORLD_SIZE, ...env } = torchrun;
    const pod = { ...env, PET_NPROC_PER_NODE: 'auto', PET_NNODES: '4', PET_NODE_RANK: '3' };
    const placed = placement(pod);
    assert.deepEqual([placed?.rank, placed?.localRank, placed?.localWorldSize], [3, 0, 1]);
    assert.throws(() => placement({ ...pod, PET_NPROC_PER_NODE: '2' }), {
      message:
        'PET_NPROC_PER_NODE is 2, and torchrun is what starts so many on a machine: call it before retort (torchrun --no-python …), or have one on each',
    });
  });

  test('by a step of Slurm, on one machine and on several', () => {
    const at = { rank: 1, worldSize: 2, localRank: 1, localWorldSize: 2 };
    assert.deepEqual(placement(step), { ...at, initMethod: 'tcp://127.0.0.1:15073' });
    const large = {
      ...step,
      SLURM_PROCID: '6',
      SLURM_LOCALID: '0',
      SLURM_NODEID: '3',
      SLURM_STEP_NUM_TASKS: '7',
      SLURM_STEP_NUM_NODES: '4',
      SLURM_STEP_NODELIST: 'n[08-10,14]',
      SLURM_STEP_TASKS_PER_NODE: '2(x3),1',
    };
    const last = { rank: 6, worldSize: 7, localRank: 0, localWorldSize: 1 };
    assert.deepEqual(placement(large), { ...last, initMethod: 'tcp://n08:15073' });
    assert.equal(
      placement({ ...large, MASTER_ADDR: 'fd00::1', MASTER_PORT: '4000' })?.initMethod,
      'tcp://[fd00::1]:4000',
    );
  });

  test('and is none in a batch script, in the shell of an allocation and in a step of one task', () => {
    const script = Object.fromEntries(Object.entries(step).filter(([name]) => !name.includes('STEP')));
    assert.equal(placement(script), null);
    assert.equal(placement({ ...step, SLURM_STEP_ID: '4294967290' }), null);
    assert.equal(placement({ ...step, SLURM_PROCID: '0', SLURM_STEP_NUM_TASKS: '1' }), null);
  });

  test('by a TrainJob’s pods where each has one process; several are torchrun’s', () => {
    const pod = {
      PET_NNODES: '3',
      PET_NPROC_PER_NODE: '1',
      PET_NODE_RANK: '2',
      PET_MASTER_ADDR: 'job-node-0-0.job',
      PET_MASTER_PORT: '29500',
    };
    assert.deepEqual(placement(pod), {
      ...{ rank: 2, worldSize: 3, localRank: 0, localWorldSize: 1 },
      initMethod: 'tcp://job-node-0-0.job:29500',
    });
    assert.equal(placement({ ...pod, ...torchrun })?.rank, 3, 'below torchrun its own variables say it');
    assert.throws(() => placement({ ...pod, PET_NPROC_PER_NODE: 'auto' }), {
      message:
        "PET_NNODES is '3' and PET_NPROC_PER_NODE 'auto', and torchrun is what makes ranks of it: call it before retort (torchrun --no-python …), or have one on each of a fixed number of machines",
    });
    assert.throws(
      () => placement({ ...pod, PET_NNODES: '1:3' }),
      /^PlacementError: PET_NNODES is '1:3', and/,
    );
    assert.equal(placement({ ...pod, PET_NNODES: '1', PET_NODE_RANK: '0' }), null);
  });

  test('by mpirun, of Open MPI and of MPICH', () => {
    const open = {
      OMPI_COMM_WORLD_RANK: '1',
      OMPI_COMM_WORLD_SIZE: '2',
      OMPI_COMM_WORLD_LOCAL_RANK: '1',
      OMPI_COMM_WORLD_LOCAL_SIZE: '2',
    };
    const at = { rank: 1, worldSize: 2, localRank: 1, localWorldSize: 2 };
    assert.deepEqual(placement(open), { ...at, initMethod: 'tcp://127.0.0.1:29500' });
    const hydra = { PMI_RANK: '1', PMI_SIZE: '2', MPI_LOCALRANKID: '1', MPI_LOCALNRANKS: '2' };
    assert.deepEqual(placement(hydra), { ...at, initMethod: 'tcp://127.0.0.1:29500' });
    assert.throws(
      () => placement({ ...open, OMPI_COMM_WORLD_LOCAL_RANK: '0', OMPI_COMM_WORLD_LOCAL_SIZE: '1' }),
      /^PlacementError: OMPI_COMM_WORLD_SIZE is 2, but MASTER_ADDR is not set: mpirun does not say where the ranks meet/,
    );
  });

  test('and is alone where nothing is said, or one process is', () => {
    assert.equal(placement({}), null);
    assert.equal(placement({ RANK: '', WORLD_SIZE: '', MASTER_ADDR: 'node-0' }), null);
    assert.equal(
      placement({ ...torchrun, RANK: '0', LOCAL_RANK: '0', WORLD_SIZE: '1', LOCAL_WORLD_SIZE: '1' }),
      null,
    );
  });
});

suite('what contradicts itself is refused:', () => {
  const cases: [string, Record<string, string>, string][] = [
    [
      'a rank of an unknown number',
      { RANK: '1' },
      'RANK is set, but not WORLD_SIZE: a rank needs both, as torchrun sets them, and a process alone neither',
    ],
    [
      'a number without a rank',
      { WORLD_SIZE: '2' },
      'WORLD_SIZE is set, but not RANK: a rank needs both, as torchrun sets them, and a process alone neither',
    ],
    ['a rank too high', { ...torchrun, RANK: '4' }, 'RANK is 4 and WORLD_SIZE 4: the last of 4 ranks is 3'],
    ['a rank below none', { ...torchrun, RANK: '-1' }, "RANK must be a whole number from 0, is '-1'"],
    ['no ranks', { ...torchrun, WORLD_SIZE: '0' }, "WORLD_SIZE must be a whole number from 1, is '0'"],
    ['words', { ...torchrun, WORLD_SIZE: 'four' }, "WORLD_SIZE must be a whole number from 1, is 'four'"],
    [
      'more on this machine than there are',
      { ...torchrun, LOCAL_WORLD_SIZE: '8' },
      'LOCAL_WORLD_SIZE is 8, more than all ranks (WORLD_SIZE is 4)',
    ],
    [
      'a place on this machine that is none',
      { ...torchrun, LOCAL_RANK: '2' },
      'LOCAL_RANK is 2 and LOCAL_WORLD_SIZE 2: the last of 2 on a machine is 1',
    ],
    [
      'no host',
      { ...torchrun, MASTER_ADDR: '' },
      'RANK and WORLD_SIZE are set, but not MASTER_ADDR: it says where the 4 ranks meet, the host of rank 0',
    ],
    [
      'no port',
      { ...torchrun, MASTER_PORT: '' },
      'MASTER_ADDR is set, but not MASTER_PORT: it says where the ranks meet, a free port of the host of rank 0',
    ],
    [
      'a port that is none',
      { ...torchrun, MASTER_PORT: '65536' },
      "MASTER_PORT must be a whole number from 1 to 65535, is '65536'",
    ],
    [
      'a step without the number of its task',
      { ...step, SLURM_PROCID: '' },
      'SLURM_STEP_NUM_TASKS is 2, but SLURM_PROCID is not set',
    ],
    [
      'a step whose hosts are not known',
      { ...step, SLURM_STEP_NODELIST: '' },
      'SLURM_STEP_NUM_TASKS is 2, but neither SLURM_STEP_NODELIST nor MASTER_ADDR is set: the ranks need a host where they meet, that of rank 0',
    ],
  ];
  for (const [what, env, message] of cases)
    test(what, () => assert.throws(() => placement(env), { name: 'PlacementError', message }));
});

test('the first of Slurm’s hosts', () => {
  const hosts: [string, string][] = [
    ['vm', 'vm'],
    ['a1,b2', 'a1'],
    ['n[08-11,14]', 'n08'],
    ['n[14,20-22],x1', 'n14'],
    ['rack[2-3]n[0,3-4],x1', 'rack2n0'],
    ['node-[1-2].cluster', 'node-1.cluster'],
    ['', ''],
  ];
  for (const [list, first] of hosts) assert.equal(firstHost(list), first, list);
});

test('restarts are counted by torchrun, and by Slurm where a job was queued again', () => {
  assert.equal(restartsOf({}), 0);
  assert.equal(restartsOf({ TORCHELASTIC_RESTART_COUNT: '2', SLURM_RESTART_COUNT: '1' }), 2);
  assert.equal(restartsOf({ SLURM_RESTART_COUNT: '1' }), 1);
  assert.throws(
    () => restartsOf({ TORCHELASTIC_RESTART_COUNT: 'x' }),
    /must be a whole number from 0, is 'x'/,
  );
});
