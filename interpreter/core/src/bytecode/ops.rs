//! THE opcode table: one row is one instruction, and everything else is derived from it.
//!
//! **Encoding.** An instruction is one `u32` word `op | a << 8 | b << 16 | c << 24`, followed by
//! the words its row lists. `Jump` words are signed and count words from the jump word itself.
//! `Cache` words are scratch for the VM's inline caches; the compiler emits zeros.
//!
//! **Registers.** `fp[0..nlocals]` are the variables (parameters first, in the order of
//! `Code::varnames`, then other locals and cells), `fp[nlocals..nregs]` temporaries, used as a
//! stack. `fp[-1]` holds the running function. Operands are 8 bits: a function with more than
//! `NEAR_LOCALS` variables keeps the others at `fp[FAR_BASE + k]`, reached by `LoadFar` and kin.
//!
//! **Invariant (ownership).**
//! - I1 every register of a window is a valid value (`NULL` when empty);
//! - I2 writing a register drops what was there;
//! - I3 operands are borrowed. A *temporary* operand that is not also the destination is still
//!   alive after the instruction and the compiler must emit `Drop` for it, except where a row says
//!   `moves` or `consumes`: a moved register is left NULL; a consumed one (arithmetic, compare) is
//!   dropped by the instruction itself if its index is >= nlocals (dead immediates may stay);
//! - I4 above a frame's live temporaries there is nothing but immediates and NULL.
//! On an exception the unwinder drops every temporary >= the handler's `depth`.

/// What an 8-bit operand means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operand {
    /// Unused, zero.
    None,
    /// Register that is written.
    Dst,
    /// Register that is read (borrowed, or see the row).
    Reg,
    /// First of a run of registers.
    Base,
    /// Small number: a count, a flag, a kind.
    Imm,
    /// Signed small number.
    SImm,
    /// Index below 256 into the constants.
    Const,
    /// Low and high byte (b, c) of a 16-bit index into the constants.
    ConstLo,
    ConstHi,
}

/// What a following word means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// Index into `Code::names`.
    Name,
    /// Index into `Code::consts`.
    Const,
    /// Signed distance in words from this word.
    Jump,
    /// A plain number.
    Num,
    /// Inline cache, zero in fresh code.
    Cache,
}

/// One row, as data.
#[derive(Debug)]
pub struct OpInfo {
    pub name: &'static str,
    pub doc: &'static str,
    pub operands: [Operand; 3],
    pub words: &'static [Word],
}

macro_rules! opcodes {
    ($( $(#[doc = $doc:literal])* $name:ident ( $a:ident $b:ident $c:ident ) [ $($w:ident)* ] ;)*) => {
        /// An instruction's number.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Op { $( $(#[doc = $doc])* $name, )* }

        /// The table, indexed by the instruction's number.
        pub static OPS: &[OpInfo] = &[ $( OpInfo {
            name: stringify!($name),
            doc: concat!($($doc, "\n"),*),
            operands: [Operand::$a, Operand::$b, Operand::$c],
            words: &[$(Word::$w),*],
        }, )* ];

        const ALL: &[Op] = &[ $( Op::$name, )* ];
    };
}

impl Op {
    /// What an instruction word is loaded as: the forms that spare the loop a look at operands.
    pub fn specialised(word: u32, nlocals: u32) -> u32 {
        let number = word as u8;
        let (a, b) = (word >> 8 & 0xff, word >> 16 & 0xff);
        if b < nlocals || a == b {
            if number == Op::Subscr as u8 {
                return word - number as u32 + Op::SubscrKept as u32;
            }
            if number == Op::SubscrK as u8 {
                return word - number as u32 + Op::SubscrKKept as u32;
            }
        }
        if b >= nlocals && number == Op::ListAppend as u8 {
            return word - number as u32 + Op::ListAppendTake as u32;
        }
        let compares = Op::JumpLt as u8..=Op::JumpGeK as u8;
        if word >> 24 == 0 && compares.contains(&number) {
            word + (Op::JumpNotLt as u32 - Op::JumpLt as u32)
        } else {
            word
        }
    }

    /// Whether only the loop writes it: specialised at load or by a cache, or its own. In a unit it would be taken
    /// for one whose cache is filled.
    pub fn is_of_the_loop(self) -> bool {
        use Op::*;
        let compares = JumpNotLt as u8..=JumpNotGeK as u8;
        compares.contains(&(self as u8))
            || matches!(
                self,
                LoadGlobalOwn
                    | LoadGlobalBuiltin
                    | LoadAttrSlot
                    | LoadAttrClass
                    | LoadAttrProperty
                    | StoreAttrSlot
                    | StoreAttrSlotTake
                    | SubscrKept
                    | SubscrKKept
                    | ListAppendTake
                    | CallMethodOwn
                    | CallMethodNative
                    | CallMethodClass
                    | LoadMethodOwn
                    | LoadBody
                    | Exit
            )
    }

    /// The instruction of a number, if there is one.
    pub fn from_u8(number: u8) -> Option<Op> {
        ALL.get(number as usize).copied()
    }

    /// This instruction's row.
    pub const fn info(self) -> &'static OpInfo {
        &OPS[self as usize]
    }

    /// Words in all, the first included.
    pub const fn width(self) -> usize {
        1 + self.info().words.len()
    }
}

/// Variables with an index below this live in registers of the same number.
pub const NEAR_LOCALS: usize = 180;
/// Where far variables (and spilled temporaries) start.
pub const FAR_BASE: usize = 256;

opcodes! {
    /// Nothing.
    Nop(None None None)[];

    // ---- moving values
    /// a = copy of b.
    Move(Dst Reg None)[];
    /// a = b, leaving b NULL (b is a temporary). moves b.
    Take(Dst Reg None)[];
    /// Drop temporary a, leaving NULL.
    Drop(Reg None None)[];
    /// a = constant.
    LoadK(Dst ConstLo ConstHi)[];
    /// a = constant of the word's index.
    LoadKFar(Dst None None)[Const];
    /// a = small integer b (signed).
    LoadInt(Dst SImm None)[];
    /// a = None.
    LoadNone(Dst None None)[];
    /// a = NULL (an absent optional operand).
    LoadNull(Dst None None)[];
    /// a = copy of fp[FAR_BASE + word]; NULL raises UnboundLocalError.
    LoadFar(Dst None None)[Num];
    /// fp[FAR_BASE + word] = a. moves a if a is a temporary.
    StoreFar(Reg None None)[Num];
    /// a = fp[FAR_BASE + word], leaving NULL there (end of a spill; no NULL check).
    TakeFar(Dst None None)[Num];
    /// Unset fp[FAR_BASE + word]; if it was NULL raise UnboundLocalError.
    DelFar(None None None)[Num];
    /// Raise UnboundLocalError for variable a if it is NULL. Emitted before a read that may be unbound.
    CheckLocal(Reg None None)[];
    /// Unset local a; raise UnboundLocalError if it was unset.
    DelLocal(Reg None None)[];

    // ---- cells
    /// Put a fresh cell into local a, holding what a held (a parameter) or nothing.
    MakeCell(Reg None None)[];
    /// a = contents of the cell in local b; empty raises UnboundLocalError.
    LoadCell(Dst Reg None)[];
    /// Contents of the cell in local a = copy of b.
    StoreCell(Reg Reg None)[];
    /// Empty the cell in local a; empty already raises.
    DelCell(Reg None None)[];
    /// a = contents of the function's free variable b; empty raises NameError.
    LoadFree(Dst Imm None)[];
    /// Free variable a = copy of b.
    StoreFree(Imm Reg None)[];
    /// Empty free variable a.
    DelFree(Imm None None)[];
    /// a = the cell itself of free variable b (to build a closure).
    LoadClosure(Dst Imm None)[];
    /// Class body: a = namespace(b)[name] if there, else contents of free variable c.
    LoadClassFree(Dst Reg Imm)[Name];

    // ---- names
    /// a = global or builtin.
    LoadGlobal(Dst None None)[Name Cache Cache Cache];
    /// LoadGlobal, quickened: the globals' entry that the last two words point at, at the version in the first.
    LoadGlobalOwn(Dst None None)[Name Cache Cache Cache];
    /// LoadGlobal, quickened: entry of the builtins, at the versions of globals and builtins.
    LoadGlobalBuiltin(Dst None None)[Name Cache Cache Cache];
    /// Global = copy of a.
    StoreGlobal(Reg None None)[Name Cache Cache];
    /// Delete a global.
    DelGlobal(None None None)[Name];
    /// a = name looked up in the namespace in register b (fp[0] of a class body or module), then
    /// globals, then builtins.
    LoadName(Dst Reg None)[Name Cache Cache Cache];
    /// namespace(b)[name] = copy of a.
    StoreName(Reg Reg None)[Name Cache Cache];
    /// Delete namespace(b)[name].
    DelName(None Reg None)[Name];

    // ---- arithmetic: a = b op c; consumes b and c
    Add(Dst Reg Reg)[];
    Sub(Dst Reg Reg)[];
    Mul(Dst Reg Reg)[];
    TrueDiv(Dst Reg Reg)[];
    FloorDiv(Dst Reg Reg)[];
    Mod(Dst Reg Reg)[];
    Pow(Dst Reg Reg)[];
    LShift(Dst Reg Reg)[];
    RShift(Dst Reg Reg)[];
    BitAnd(Dst Reg Reg)[];
    BitOr(Dst Reg Reg)[];
    BitXor(Dst Reg Reg)[];
    MatMul(Dst Reg Reg)[];
    /// The same with a constant on the right.
    AddK(Dst Reg Const)[];
    SubK(Dst Reg Const)[];
    MulK(Dst Reg Const)[];
    TrueDivK(Dst Reg Const)[];
    FloorDivK(Dst Reg Const)[];
    ModK(Dst Reg Const)[];
    PowK(Dst Reg Const)[];
    LShiftK(Dst Reg Const)[];
    RShiftK(Dst Reg Const)[];
    BitAndK(Dst Reg Const)[];
    BitOrK(Dst Reg Const)[];
    BitXorK(Dst Reg Const)[];
    /// In-place forms (`+=`): a = b op= c. For a plain name a == b.
    IAdd(Dst Reg Reg)[];
    ISub(Dst Reg Reg)[];
    IMul(Dst Reg Reg)[];
    ITrueDiv(Dst Reg Reg)[];
    IFloorDiv(Dst Reg Reg)[];
    IMod(Dst Reg Reg)[];
    IPow(Dst Reg Reg)[];
    ILShift(Dst Reg Reg)[];
    IRShift(Dst Reg Reg)[];
    IBitAnd(Dst Reg Reg)[];
    IBitOr(Dst Reg Reg)[];
    IBitXor(Dst Reg Reg)[];
    IMatMul(Dst Reg Reg)[];
    /// In-place with a constant on the right (`i += 1`); objects with `__iadd__` must see it.
    IAddK(Dst Reg Const)[];
    ISubK(Dst Reg Const)[];
    IMulK(Dst Reg Const)[];
    /// a = -b (consumes b).
    Neg(Dst Reg None)[];
    /// a = +b (consumes b).
    Pos(Dst Reg None)[];
    /// a = ~b (consumes b).
    Invert(Dst Reg None)[];
    /// a = not b (consumes b).
    Not(Dst Reg None)[];

    // ---- compare: a = b op c; consumes b and c
    Lt(Dst Reg Reg)[];
    Le(Dst Reg Reg)[];
    Eq(Dst Reg Reg)[];
    Ne(Dst Reg Reg)[];
    Gt(Dst Reg Reg)[];
    Ge(Dst Reg Reg)[];
    /// a = b is c.
    Is(Dst Reg Reg)[];
    /// a = b is not c.
    IsNot(Dst Reg Reg)[];
    /// a = b in c (c is the container).
    In(Dst Reg Reg)[];
    /// a = b not in c.
    NotIn(Dst Reg Reg)[];

    // ---- jumps. Every jump with a negative distance (while loops end in a conditional one) polls the eval flags.
    // Send, Yield, Jump back: this order is kept wherever there is a delegation, so the VM can find its way out.
    // Compare-branches consume a and b; c is the sense: jump if the result is c (0 or 1).
    /// Forward jump, or loop back-edge: a negative distance polls the eval flags.
    Jump(None None None)[Jump];
    /// Jump if a is true (consumes a).
    JumpIf(Reg None None)[Jump];
    /// Jump if a is false (consumes a).
    JumpIfNot(Reg None None)[Jump];
    /// Jump if a is None (consumes a).
    JumpIfNone(Reg None None)[Jump];
    /// Jump if a is not None (consumes a).
    JumpIfNotNone(Reg None None)[Jump];
    /// `a or ...`: jump, keeping a, if a is true; else fall through (a stays; the next write drops it).
    JumpIfKeep(Reg None None)[Jump];
    /// `a and ...`: jump, keeping a, if a is false.
    JumpIfNotKeep(Reg None None)[Jump];
    JumpLt(Reg Reg Imm)[Jump];
    JumpLe(Reg Reg Imm)[Jump];
    JumpEq(Reg Reg Imm)[Jump];
    JumpNe(Reg Reg Imm)[Jump];
    JumpGt(Reg Reg Imm)[Jump];
    JumpGe(Reg Reg Imm)[Jump];
    JumpLtK(Reg Const Imm)[Jump];
    JumpLeK(Reg Const Imm)[Jump];
    JumpEqK(Reg Const Imm)[Jump];
    JumpNeK(Reg Const Imm)[Jump];
    JumpGtK(Reg Const Imm)[Jump];
    JumpGeK(Reg Const Imm)[Jump];
    // The same twelve where c is 0: what code is loaded with, so that the sense need not be looked at.
    JumpNotLt(Reg Reg Imm)[Jump];
    JumpNotLe(Reg Reg Imm)[Jump];
    JumpNotEq(Reg Reg Imm)[Jump];
    JumpNotNe(Reg Reg Imm)[Jump];
    JumpNotGt(Reg Reg Imm)[Jump];
    JumpNotGe(Reg Reg Imm)[Jump];
    JumpNotLtK(Reg Const Imm)[Jump];
    JumpNotLeK(Reg Const Imm)[Jump];
    JumpNotEqK(Reg Const Imm)[Jump];
    JumpNotNeK(Reg Const Imm)[Jump];
    JumpNotGtK(Reg Const Imm)[Jump];
    JumpNotGeK(Reg Const Imm)[Jump];
    JumpIs(Reg Reg Imm)[Jump];
    JumpIn(Reg Reg Imm)[Jump];

    // ---- attributes and items
    /// a = b.name
    LoadAttr(Dst Reg None)[Name Cache Cache Cache Cache];
    /// LoadAttr, quickened: the word at the byte offset (second cache word) of instances of the class at the
    /// version in the first.
    LoadAttrSlot(Dst Reg None)[Name Cache Cache Cache Cache];
    /// LoadAttr, quickened: a value in a class's dict (its place in the last two words).
    LoadAttrClass(Dst Reg None)[Name Cache Cache Cache Cache];
    /// LoadAttr, quickened: a property (last two words) whose getter is a Python function.
    LoadAttrProperty(Dst Reg None)[Name Cache Cache Cache Cache];
    /// a.name = b
    StoreAttr(Reg Reg None)[Name Cache Cache];
    /// StoreAttr, quickened: the slot (index and byte offset in the second cache word) of instances of the
    /// class at the version in the first.
    StoreAttrSlot(Reg Reg None)[Name Cache Cache];
    /// a.name = b, a temporary. moves b.
    StoreAttrTake(Reg Reg None)[Name Cache Cache];
    /// StoreAttrTake, quickened as StoreAttrSlot. moves b.
    StoreAttrSlotTake(Reg Reg None)[Name Cache Cache];
    /// del a.name
    DelAttr(Reg None None)[Name];
    /// a = b[c] (consumes b and c)
    Subscr(Dst Reg Reg)[Cache];
    /// a = b[constant c] (consumes b)
    SubscrK(Dst Reg Const)[Cache];
    /// a = b[start:stop], the two in c and c+1 (None: left out); consumes b and the two.
    SubscrSlice(Dst Reg Base)[];
    /// Subscr and SubscrK of a variable, or into b's own place: what code is loaded with, so that nothing need
    /// be consumed where the item is found at once.
    SubscrKept(Dst Reg Reg)[Cache];
    SubscrKKept(Dst Reg Const)[Cache];
    /// a[b] = c
    StoreSubscr(Reg Reg Reg)[Cache];
    /// The same with a temporary. moves c.
    StoreSubscrTake(Reg Reg Reg)[Cache];
    /// a[constant b] = c
    StoreSubscrK(Reg Const Reg)[Cache];
    /// The same with a temporary. moves c.
    StoreSubscrKTake(Reg Const Reg)[Cache];
    /// del a[b]
    DelSubscr(Reg Reg None)[];
    /// `super().name`, a holding what `super` names: a = function and a+1 = the object, or a = attribute value
    /// and a+1 = NULL, as after LoadMethod.
    LoadSuperMethod(Base None None)[Name];

    // ---- building
    /// a = tuple of c registers from b. moves them.
    BuildTuple(Dst Base Imm)[];
    /// a = list of c registers from b. moves them.
    BuildList(Dst Base Imm)[];
    /// a = set of c registers from b. moves them.
    BuildSet(Dst Base Imm)[];
    /// a = dict of c key/value pairs from b (2c registers). moves them.
    BuildDict(Dst Base Imm)[];
    /// a = dict with the constant tuple of keys (word) and c values from b. moves them.
    BuildConstKeyDict(Dst Base Imm)[Const];
    /// a = str joined from c str registers from b. moves them.
    BuildString(Dst Base Imm)[];
    /// a = slice(b, b+1, b+2 if c == 3 else None). moves them.
    BuildSlice(Dst Base Imm)[];
    /// Append b to list a. moves b if it is a temporary.
    ListAppend(Reg Reg None)[];
    /// ListAppend of a temporary: what code is loaded with. moves b.
    ListAppendTake(Reg Reg None)[];
    /// Add b to set a. moves b if it is a temporary.
    SetAdd(Reg Reg None)[];
    /// dict a[b] = c (comprehension; a is an exact dict).
    DictSet(Reg Reg Reg)[];
    /// list a extended by iterable b.
    ListExtend(Reg Reg None)[];
    /// set a updated by iterable b.
    SetUpdate(Reg Reg None)[];
    /// dict a updated by mapping b (`{**b}`).
    DictUpdate(Reg Reg None)[];
    /// dict a updated by mapping b, duplicate keys raise TypeError (`f(**b)`); c = register of the function, for the message.
    DictMerge(Reg Reg Reg)[];
    /// a = tuple of list a.
    ListToTuple(Reg None None)[];
    /// Unpack b into c registers from a, first element first. b may be a+0 (then it is moved).
    Unpack(Base Reg Imm)[];
    /// Unpack with a star: c registers from a before the star, then the list, then `word` more.
    UnpackEx(Base Reg Imm)[Num];
    /// a = format(b, spec): c & 3 = conversion (0 none, 1 str, 2 repr, 3 ascii); c & 4: spec in register a.
    Format(Dst Reg Imm)[];

    // ---- iteration
    /// a = iter(b). moves b if it is a temporary.
    GetIter(Dst Reg None)[];
    /// At the loop's bottom: a = next(b) and jump back; when exhausted drop b (NULL) and fall through.
    /// Polls the eval flags.
    ForIter(Dst Reg None)[Jump Cache];
    /// ForIter over a constant tuple, b being the index of the next item (an int): no iterator is made.
    ForTuple(Dst Reg None)[Jump Const];
    /// a = iterator for `yield from`: generators and coroutines as they are, else iter(a).
    GetYieldFromIter(Reg None None)[];

    // ---- calls: function in a, arguments from a+1, result to a; arguments are moved
    /// Call with b positional arguments.
    Call(Base Imm None)[Cache Cache];
    /// Call the method `name` of the object in a+1 with b more arguments from a+2; a is scratch.
    CallMethod(Base Imm None)[Name Cache Cache Cache Cache];
    /// CallMethod, quickened: a Python function (last two words) of the class at the version in the first.
    CallMethodOwn(Base Imm None)[Name Cache Cache Cache Cache];
    /// The same for a native method.
    CallMethodNative(Base Imm None)[Name Cache Cache Cache Cache];
    /// CallMethod, quickened: a class method (last two words), the object in a+1 being a class at the version in
    /// the first.
    CallMethodClass(Base Imm None)[Name Cache Cache Cache Cache];
    /// Look up the method `name` of the object in a+1, before arguments that may have effects are evaluated:
    /// a = function and a+1 stays the object, or a = attribute value and a+1 = NULL.
    LoadMethod(Base None None)[Name Cache Cache Cache Cache];
    /// LoadMethod, quickened: the function (last two words) of the class at the version in the first.
    LoadMethodOwn(Base None None)[Name Cache Cache Cache Cache];
    /// Call what LoadMethod left in a (and a+1, unless NULL) with b more arguments from a+2.
    CallLoaded(Base Imm None)[Cache Cache];
    /// Call with b arguments of which the last ones are named by the constant tuple (word).
    CallKw(Base Imm None)[Const];
    /// CallMethod with the last of b arguments named by the constant tuple.
    CallMethodKw(Base Imm None)[Name Const];
    /// Call with the iterable in a+1 (a tuple as it is; else the VM makes one: "argument after * must be an
    /// iterable") and, if b == 1, the dict in a+2. moves them.
    CallEx(Base Imm None)[];
    /// Return a. moves a if it is a temporary.
    Return(Reg None None)[];
    /// Return None.
    ReturnNone(None None None)[];

    // ---- generators
    /// First instruction of a generator's, coroutine's or asynchronous generator's code: make the
    /// object (kind from the code's flags), move the window into it, return it.
    MakeGenerator(None None None)[];
    /// Suspend with value a (moved); when resumed, a = the value sent. c == 1: delegating, with the delegate in b.
    Yield(Reg Reg Imm)[];
    /// In an asynchronous generator: wrap a, then as Yield.
    AsyncYield(Reg None None)[];
    /// Send b to the delegate a. If it yields, b = the value and fall through to the Yield that follows;
    /// if it returns, drop a, b = the value, and jump.
    Send(Reg Reg None)[Jump];
    /// a = awaitable iterator of b (moved if temporary); c: 0 plain await, 1 `async with` enter, 2 exit (for the message).
    /// The cache: the version of a class (0: none), and the Python function that is its `__await__`.
    GetAwaitable(Dst Reg Imm)[Cache Cache Cache];
    /// a = aiter(b) (moved if temporary).
    GetAiter(Dst Reg None)[];
    /// a = awaitable of anext(b).
    GetAnext(Dst Reg None)[];
    /// In the handler around `await anext`: if exception in a (see PushExc) is StopAsyncIteration, pop it and
    /// jump; else reraise it.
    EndAsyncFor(Base None None)[Jump];

    // ---- exceptions. A handled exception takes two registers: a = exception, a+1 = the one handled before.
    /// Entry of a handler: a = the exception in flight, a+1 = the handled one so far; a becomes the handled one.
    /// b == 1: a `finally`, which raises it again in the end.
    PushExc(Base Imm None)[];
    /// Leave a handler: handled = a+1 (moved), a dropped.
    PopExc(Base None None)[];
    /// The exception in a (borrowed) becomes the handled one: an `except*` clause handles the matched group, then again
    /// the whole.
    SetHandled(Reg None None)[];
    /// Raise again the exception in a (moved), after setting handled = b+1 (moved); no new traceback entry.
    /// c == 1: it belongs to no line; if it ends the frame, that ends where the exception was raised.
    /// c == 2: none of an `except`'s types matched; its line is that of the last JumpIfNotExc to here.
    Reraise(Base Base Imm)[];
    /// Jump if exception a does not match type or tuple b; c == 0.
    JumpIfNotExc(Reg Reg None)[Jump];
    /// `except*`: a = base of 2: a = rest to handle, in: a holds the exception or group, b the type. Out: a = the
    /// unmatched rest or None, a+1 = the matched group or None. A None in a stays None.
    MatchExcGroup(Base Reg None)[];
    /// End of `except*`: a = exception to raise or None, from original exception b and list c of raised and reraised ones.
    PrepReraiseStar(Dst Reg Reg)[];
    /// raise a from b; c: 0 bare `raise`, 1 `raise a`, 2 `raise a from b`.
    Raise(Reg Reg Imm)[];
    /// raise AssertionError with the argument a if b == 1, else bare.
    RaiseAssert(Reg Imm None)[];

    // ---- with
    /// a = manager -> a = bound __exit__, a+1 = bound __enter__ (to be called).
    BeforeWith(Base None None)[];
    /// The same for `async with`.
    BeforeAsyncWith(Base None None)[];
    /// a = copy of exit function b, a+1..a+3 = type, value, traceback of the exception in c, ready for Call a 3.
    WithExceptStart(Base Reg Reg)[];

    // ---- functions and classes
    /// a = function of code constant (word). b flags: 1 defaults tuple in a+1, 2 kwdefaults dict in a+2,
    /// 4 annotations (tuple of name, value, ...) in a+3, 8 closure tuple in a+4. moves them.
    MakeFunction(Base Imm None)[Const];
    /// a = builtins.__build_class__.
    LoadBuildClass(Dst None None)[];
    /// Make sure the namespace in register a has `__annotations__`.
    SetupAnnotations(Reg None None)[];

    // ---- import
    /// a = import of name; in: a = level, a+1 = fromlist (moved).
    ImportName(Base None None)[Name];
    /// a = attribute or submodule `name` of module b.
    ImportFrom(Dst Reg None)[Name];
    /// Import all public names of module a into the namespace in register b.
    ImportStar(Reg Reg None)[];

    // ---- match
    /// Jump if a is not a sequence for patterns.
    JumpIfNotSequence(Reg None None)[Jump];
    /// Jump if a is not a mapping.
    JumpIfNotMapping(Reg None None)[Jump];
    /// a = len(b) as int.
    GetLen(Dst Reg None)[];
    /// a = tuple of values of mapping b for the tuple of keys c, or None if one is missing.
    MatchKeys(Dst Reg Reg)[];
    /// a = tuple of attributes if b matches class in a with (word) positional patterns and the tuple of keyword
    /// names in register c, else None. In: a = the class.
    MatchClass(Base Reg Reg)[Num];
    /// dict a = copy of mapping b without the keys of tuple c.
    CopyDictWithoutKeys(Dst Reg Reg)[];

    /// Print the value of an expression statement at the prompt (sys.displayhook). moves a.
    PrintExpr(Reg None None)[];
    // ---- the loop's own; the last row must be one that the loop handles (its jump table then needs no check)
    /// What code runs whose body is not there yet: gets it and begins. Not in any unit.
    LoadBody(None None None)[];
    /// Leave the loop. Not in code: where the loop goes on when it is to return (vm/next.rs).
    Exit(None None None)[];
}
