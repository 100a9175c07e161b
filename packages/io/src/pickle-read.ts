import { FormatError } from "./format-error.js";

/** A name that a pickle may call: `call` gets the arguments. Nothing else is ever called. */
export class Callable {
  constructor(
    readonly name: string,
    readonly call: (args: readonly unknown[]) => unknown,
  ) {}
}

/** What the reader of a pickle knows of the world outside. */
export interface PickleContext {
  /** The meaning of `module.name`, or undefined where it is not allowed. */
  findGlobal(module: string, name: string): unknown;
  /** The meaning of a persistent id. */
  loadPersistent(id: unknown): unknown;
  /** Wraps the items of a tuple. */
  makeTuple(items: unknown[]): unknown;
  tupleItems(value: unknown): readonly unknown[];
}

const mark = Symbol("mark");
const text = new TextDecoder("utf-8", { fatal: true });
const maxIntegerBytes = 1024;

/**
 * A machine for pickles of protocol 2 to 5 that only builds values: no code runs but the calls in the context. Each
 * opcode takes at least one byte, so it ends after as many steps as there are bytes, and it does not recurse.
 */
class Machine {
  private at = 0;
  private stack: unknown[] = [];
  private readonly memo = new Map<number, unknown>();
  private readonly view: DataView;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly context: PickleContext,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  run(): unknown {
    for (;;) {
      const position = this.at;
      const opcode = this.bytes[this.advance(1)];
      if (opcode === 0x2e) return this.pop();
      const action = actions[opcode];
      if (!action) {
        const name =
          opcode > 32 && opcode < 127 ? `"${String.fromCharCode(opcode)}"` : `0x${opcode.toString(16)}`;
        throw new FormatError(
          `The pickle has the opcode ${name} at byte ${position}, which is not allowed here.`,
        );
      }
      action(this);
    }
  }

  /** Steps over some bytes, and gives where they begin. */
  private advance(count: number): number {
    if (count > this.bytes.length - this.at) {
      throw new FormatError(
        `The pickle ends at byte ${this.bytes.length}, before its STOP; the file is truncated.`,
      );
    }
    this.at += count;
    return this.at - count;
  }

  take(count: number): Uint8Array {
    const start = this.advance(count);
    return this.bytes.subarray(start, start + count);
  }

  /** A little-endian number of so many bytes. */
  number(width: 1 | 2 | 4 | 8): number {
    const start = this.advance(width);
    if (width === 1) return this.view.getUint8(start);
    if (width === 2) return this.view.getUint16(start, true);
    if (width === 4) return this.view.getUint32(start, true);
    const value = this.view.getBigUint64(start, true);
    if (value > BigInt(Number.MAX_SAFE_INTEGER))
      throw new FormatError(`The pickle has a length of ${value} bytes.`);
    return Number(value);
  }

  int32(): number {
    return this.number(4) | 0;
  }

  double(): number {
    const start = this.advance(8);
    return this.view.getFloat64(start, false);
  }

  string(bytes: Uint8Array): string {
    try {
      return text.decode(bytes);
    } catch (cause) {
      throw new FormatError("The pickle has a text that is no UTF-8.", { cause });
    }
  }

  /** A line of text, as in GLOBAL. */
  line(): string {
    const end = this.bytes.indexOf(10, this.at);
    if (end < 0) throw new FormatError("The pickle ends in the middle of a name; the file is truncated.");
    const found = this.string(this.take(end - this.at));
    this.advance(1);
    return found;
  }

  /** An integer in two's complement, as a number where that is exact. */
  integer(bytes: Uint8Array): number | bigint {
    if (bytes.length > maxIntegerBytes)
      throw new FormatError(`The pickle has an integer of ${bytes.length} bytes.`);
    let value = 0n;
    for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]);
    if (bytes.length > 0 && bytes[bytes.length - 1] & 0x80) value -= 1n << BigInt(8 * bytes.length);
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }

  push(value: unknown): void {
    this.stack.push(value);
  }

  pop(): unknown {
    if (this.stack.length === 0) throw new FormatError("The pickle takes from an empty stack.");
    const value = this.stack.pop();
    if (value === mark) throw new FormatError("The pickle takes a mark for a value.");
    return value;
  }

  top(): unknown {
    const value = this.pop();
    this.push(value);
    return value;
  }

  /** Everything above the last mark. */
  popMark(): unknown[] {
    const start = this.stack.lastIndexOf(mark);
    if (start < 0) throw new FormatError("The pickle refers to a mark that it did not set.");
    const items = this.stack.splice(start + 1);
    this.stack.pop();
    return items;
  }

  pushMark(): void {
    this.stack.push(mark);
  }

  tuple(count: number): void {
    this.tupleOf(Array.from({ length: count }, () => this.pop()).reverse());
  }

  tupleOf(items: unknown[]): void {
    this.push(this.context.makeTuple(items));
  }

  put(index: number): void {
    this.memo.set(index, this.top());
  }

  memoize(): void {
    this.put(this.memo.size);
  }

  get(index: number): void {
    if (!this.memo.has(index))
      throw new FormatError(`The pickle refers to entry ${index}, which it has not stored.`);
    this.push(this.memo.get(index));
  }

  global(module: string, name: string): void {
    const meaning = this.context.findGlobal(module, name);
    if (meaning === undefined) {
      throw new FormatError(
        `The file wants to use "${module}.${name}", which is not allowed: only tensors and plain values are read.`,
      );
    }
    this.push(meaning);
  }

  stackGlobal(): void {
    const [name, module] = [this.pop(), this.pop()];
    if (typeof name !== "string" || typeof module !== "string")
      throw new FormatError("The pickle has a name that is no text.");
    this.global(module, name);
  }

  reduce(): void {
    const args = this.context.tupleItems(this.pop());
    const callable = this.pop();
    if (!(callable instanceof Callable)) throw new FormatError("The pickle calls what is no function.");
    this.push(callable.call(args));
  }

  persistent(): void {
    this.push(this.context.loadPersistent(this.pop()));
  }

  append(items: readonly unknown[]): void {
    const list = this.top();
    if (!Array.isArray(list)) throw new FormatError("The pickle appends to what is no list.");
    for (const item of items) list.push(item);
  }

  addItems(items: readonly unknown[]): void {
    const set = this.top();
    if (!(set instanceof Set)) throw new FormatError("The pickle adds to what is no set.");
    for (const item of items) set.add(item);
  }

  setItems(items: readonly unknown[]): void {
    const map = this.top();
    if (!(map instanceof Map) || items.length % 2 !== 0)
      throw new FormatError("The pickle sets items of what is no dictionary.");
    for (let i = 0; i < items.length; i += 2) map.set(items[i], items[i + 1]);
  }

  /** Attributes of an object: torch gives an OrderedDict some that carry no values of ours. */
  build(): void {
    this.pop();
    if (!(this.top() instanceof Map)) throw new FormatError("The pickle sets attributes of what has none.");
  }
}

const pairs = (items: unknown[]): Map<unknown, unknown> => {
  if (items.length % 2 !== 0) throw new FormatError("The pickle has a dictionary with a key and no value.");
  const map = new Map<unknown, unknown>();
  for (let i = 0; i < items.length; i += 2) map.set(items[i], items[i + 1]);
  return map;
};

type Action = (m: Machine) => void;

const text8: Action = (m) => m.push(m.string(m.take(m.number(1))));
const text32: Action = (m) => m.push(m.string(m.take(m.number(4))));

/** What each opcode does; one that is not listed is not allowed. Names as in Python's pickletools. */
const actions: readonly (Action | undefined)[] = Object.assign(new Array<Action | undefined>(256), {
  128: (m) => void m.number(1), // PROTO
  149: (m) => void m.number(8), // FRAME
  40: (m) => m.pushMark(), // MARK
  48: (m) => void m.pop(), // POP
  49: (m) => void m.popMark(), // POP_MARK
  50: (m) => m.push(m.top()), // DUP
  78: (m) => m.push(null), // NONE
  136: (m) => m.push(true), // NEWTRUE
  137: (m) => m.push(false), // NEWFALSE
  74: (m) => m.push(m.int32()), // BININT
  75: (m) => m.push(m.number(1)), // BININT1
  77: (m) => m.push(m.number(2)), // BININT2
  138: (m) => m.push(m.integer(m.take(m.number(1)))), // LONG1
  139: (m) => m.push(m.integer(m.take(m.number(4)))), // LONG4
  71: (m) => m.push(m.double()), // BINFLOAT
  140: text8, // SHORT_BINUNICODE
  88: text32, // BINUNICODE
  141: (m) => m.push(m.string(m.take(m.number(8)))), // BINUNICODE8
  85: text8, // SHORT_BINSTRING
  84: text32, // BINSTRING
  67: (m) => m.push(m.take(m.number(1)).slice()), // SHORT_BINBYTES
  66: (m) => m.push(m.take(m.number(4)).slice()), // BINBYTES
  142: (m) => m.push(m.take(m.number(8)).slice()), // BINBYTES8
  93: (m) => m.push([]), // EMPTY_LIST
  125: (m) => m.push(new Map()), // EMPTY_DICT
  41: (m) => m.tuple(0), // EMPTY_TUPLE
  143: (m) => m.push(new Set()), // EMPTY_SET
  133: (m) => m.tuple(1), // TUPLE1
  134: (m) => m.tuple(2), // TUPLE2
  135: (m) => m.tuple(3), // TUPLE3
  116: (m) => m.tupleOf(m.popMark()), // TUPLE
  108: (m) => m.push(m.popMark()), // LIST
  100: (m) => m.push(pairs(m.popMark())), // DICT
  97: (m) => m.append([m.pop()]), // APPEND
  101: (m) => m.append(m.popMark()), // APPENDS
  115: (m) => m.setItems([m.pop(), m.pop()].reverse()), // SETITEM
  117: (m) => m.setItems(m.popMark()), // SETITEMS
  144: (m) => m.addItems(m.popMark()), // ADDITEMS
  113: (m) => m.put(m.number(1)), // BINPUT
  114: (m) => m.put(m.number(4)), // LONG_BINPUT
  148: (m) => m.memoize(), // MEMOIZE
  104: (m) => m.get(m.number(1)), // BINGET
  106: (m) => m.get(m.number(4)), // LONG_BINGET
  99: (m) => m.global(m.line(), m.line()), // GLOBAL
  147: (m) => m.stackGlobal(), // STACK_GLOBAL
  82: (m) => m.reduce(), // REDUCE
  81: (m) => m.persistent(), // BINPERSID
  98: (m) => m.build(), // BUILD
} satisfies Record<number, Action>);

/**
 * The value that a pickle describes.
 *
 * @throws {@link FormatError} for anything that is not allowed, or a pickle that is broken
 */
export function readPickle(bytes: Uint8Array, context: PickleContext): unknown {
  return new Machine(bytes, context).run();
}
