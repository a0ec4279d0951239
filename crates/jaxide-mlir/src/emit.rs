//! A small builder of MLIR operations: values are handles into a table with their types, blocks
//! open and close like brackets, constants are shared. What the ops mean is the lowering's
//! business.

use std::collections::{BTreeMap, HashMap};

use half::bf16;
use jaxide_ir::{DType, Loc};
use melior::{Context, ir::Module};
use mlir_sys::*;

/// A value of the function under construction.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Val(u32);

/// The type of a [`Val`]: one element, or a vector of them.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Ty {
    /// What an element is.
    pub elem: Elem,
    /// Number of elements of a vector; 0 for a scalar.
    pub lanes: u32,
}

/// Element types of MLIR values. Integers have no sign.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs, reason = "the names are the documentation")]
pub enum Elem {
    Int(u32),
    /// Held as 16-bit integers, see [`Emitter::op`].
    BF16,
    F16,
    F32,
    F64,
    /// A bf16 while an op computes with it.
    FloatBF16,
    Ptr,
    Index,
}

/// The type of addresses, loop indices and positions.
pub const I64: Ty = Ty { elem: Elem::Int(64), lanes: 0 };
/// The type of conditions.
pub const I1: Ty = Ty { elem: Elem::Int(1), lanes: 0 };
/// Pointers.
pub const PTR: Ty = Ty { elem: Elem::Ptr, lanes: 0 };

impl Ty {
    /// The type of an element of a real dtype in a register; a bool has one bit.
    pub fn of(dtype: DType) -> Ty {
        let elem = match dtype {
            DType::BF16 => Elem::BF16,
            DType::F16 => Elem::F16,
            DType::F32 => Elem::F32,
            DType::F64 => Elem::F64,
            _ => Elem::Int(dtype.bits()),
        };
        Ty { elem, lanes: 0 }
    }

    /// The same elements in another number.
    pub fn with_lanes(self, lanes: u32) -> Ty {
        Ty { elem: self.elem, lanes }
    }

    fn as_float(self) -> Ty {
        if self.elem == Elem::BF16 { Ty { elem: Elem::FloatBF16, lanes: self.lanes } } else { self }
    }

    /// True for floats.
    pub fn is_float(self) -> bool {
        matches!(self.elem, Elem::BF16 | Elem::FloatBF16 | Elem::F16 | Elem::F32 | Elem::F64)
    }

    /// Bits of an element.
    pub fn bits(self) -> u32 {
        match self.elem {
            Elem::Int(bits) => bits,
            Elem::BF16 | Elem::FloatBF16 | Elem::F16 => 16,
            Elem::F32 => 32,
            _ => 64,
        }
    }
}

/// An attribute of an op.
#[derive(Clone, Copy)]
pub enum Attr<'a> {
    /// An integer of a type.
    Int(i64, Ty),
    /// An array of 64-bit integers.
    I64s(&'a [i64]),
    /// Anything, as text.
    Text(&'a str),
    /// A type.
    Type(Ty),
}

/// A region that is being filled.
#[must_use]
pub struct Open {
    block: MlirBlock,
    parent: MlirBlock,
}

/// A loop that is being filled.
#[must_use]
pub struct OpenFor {
    open: Open,
    bounds: [Val; 3],
    inits: Vec<Val>,
    /// The loop index.
    pub index: Val,
    /// The values that the loop carries.
    pub carried: Vec<Val>,
}

/// Ops whose expansion in MLIR forgets that 0 is greater than -0, and those of LLVM that know.
const SIGNED_ZEROS: [(&str, &str); 2] =
    [("arith.maximumf", "llvm.intr.maximum"), ("arith.minimumf", "llvm.intr.minimum")];

/// True for ops that take or give floats as numbers rather than as bits.
fn computes(name: &str) -> bool {
    let family = ["arith.", "math.", "llvm.intr.", "vector.reduction", "vector.fma"];
    family.iter().any(|prefix| name.starts_with(prefix)) && name != "arith.select"
}

/// The builder.
pub struct Emitter {
    context: MlirContext,
    location: MlirLocation,
    values: Vec<(MlirValue, Ty)>,
    types: HashMap<Ty, MlirType>,
    attributes: HashMap<String, MlirAttribute>,
    constants: HashMap<(Ty, u64), Val>,
    callees: BTreeMap<String, usize>,
    entry: MlirBlock,
    block: MlirBlock,
}

fn text(text: &str) -> MlirStringRef {
    MlirStringRef { data: text.as_ptr().cast(), length: text.len() }
}

// SAFETY of this file: an emitter lives on one compile thread inside the life of the context that
// its function was given, every handle in its tables belongs to that context, ops are owned by the
// block they are appended to, and blocks by their region, from the moment they are made.
impl Emitter {
    /// Starts a function of pointers; returns the builder and the arguments.
    pub fn start(context: &Context, args: usize) -> (Emitter, Vec<Val>) {
        // SAFETY: see above.
        unsafe {
            let context = context.to_raw();
            let location = mlirLocationUnknownGet(context);
            let pointer = mlirLLVMPointerTypeGet(context, 0);
            let types = vec![pointer; args];
            let locations = vec![location; args];
            let entry = mlirBlockCreate(args as isize, types.as_ptr(), locations.as_ptr());
            let mut emitter = Emitter {
                context,
                location,
                values: Vec::new(),
                types: HashMap::new(),
                attributes: HashMap::new(),
                constants: HashMap::new(),
                callees: BTreeMap::new(),
                entry,
                block: entry,
            };
            let args =
                (0..args).map(|at| emitter.add(mlirBlockGetArgument(entry, at as isize), PTR));
            let args = args.collect();
            (emitter, args)
        }
    }

    /// Ends the function and puts it into a module as `@main`, with declarations of what it calls.
    pub fn finish(mut self, module: &Module<'_>) {
        self.op0("func.return", &[], &[]);
        for (name, args) in std::mem::take(&mut self.callees) {
            self.function(module, &name, args, None);
        }
        // SAFETY: see above.
        let args = unsafe { mlirBlockGetNumArguments(self.entry) };
        self.function(module, "main", args as usize, Some(self.entry));
    }

    /// Puts a function of pointers into a module: with a body, or declared.
    fn function(&self, module: &Module<'_>, name: &str, args: usize, body: Option<MlirBlock>) {
        // SAFETY: see above.
        unsafe {
            let region = mlirRegionCreate();
            if let Some(block) = body {
                mlirRegionAppendOwnedBlock(region, block);
            }
            let pointers = vec![mlirLLVMPointerTypeGet(self.context, 0); args];
            let ty = mlirFunctionTypeGet(
                self.context,
                args as isize,
                pointers.as_ptr(),
                0,
                pointers.as_ptr(),
            );
            let mut named = vec![
                self.named("sym_name", mlirStringAttrGet(self.context, text(name))),
                self.named("function_type", mlirTypeAttrGet(ty)),
            ];
            if body.is_none() {
                let private = mlirStringAttrGet(self.context, text("private"));
                named.push(self.named("sym_visibility", private));
            }
            let mut state = mlirOperationStateGet(text("func.func"), self.location);
            let state_ptr = &raw mut state;
            mlirOperationStateAddAttributes(state_ptr, named.len() as isize, named.as_ptr());
            mlirOperationStateAddOwnedRegions(state_ptr, 1, &raw const region);
            let op = mlirOperationCreate(state_ptr);
            mlirBlockAppendOwnedOperation(mlirModuleGetBody(module.to_raw()), op);
        }
    }

    /// Calls a C function of pointers, which the linker must know.
    pub fn call(&mut self, symbol: &str, pointers: &[Val]) {
        let callee = format!("@{symbol}");
        self.op0("func.call", pointers, &[("callee", Attr::Text(&callee))]);
        self.callees.insert(symbol.to_owned(), pointers.len());
    }

    /// Sets the location of the ops to come.
    pub fn set_loc(&mut self, loc: &Loc) {
        if let Some((file, line, column)) = loc.position() {
            // SAFETY: see above; the name is copied.
            self.location =
                unsafe { mlirLocationFileLineColGet(self.context, text(file), line, column) };
        }
    }

    /// The type of a value.
    pub fn ty(&self, val: Val) -> Ty {
        self.values[val.0 as usize].1
    }

    fn add(&mut self, value: MlirValue, ty: Ty) -> Val {
        self.values.push((value, ty));
        Val((self.values.len() - 1) as u32)
    }

    fn raw(&self, val: Val) -> MlirValue {
        self.values[val.0 as usize].0
    }

    fn mlir_type(&mut self, ty: Ty) -> MlirType {
        if let Some(known) = self.types.get(&ty) {
            return *known;
        }
        // SAFETY: see above.
        let made = unsafe {
            let context = self.context;
            let elem = match ty.elem {
                Elem::Int(bits) => mlirIntegerTypeGet(context, bits),
                Elem::BF16 => mlirIntegerTypeGet(context, 16),
                Elem::FloatBF16 => mlirBF16TypeGet(context),
                Elem::F16 => mlirF16TypeGet(context),
                Elem::F32 => mlirF32TypeGet(context),
                Elem::F64 => mlirF64TypeGet(context),
                Elem::Ptr => mlirLLVMPointerTypeGet(context, 0),
                Elem::Index => mlirIndexTypeGet(context),
            };
            let lanes = i64::from(ty.lanes);
            if lanes == 0 { elem } else { mlirVectorTypeGet(1, &raw const lanes, elem) }
        };
        self.types.insert(ty, made);
        made
    }

    fn attribute(&mut self, attr: Attr<'_>) -> MlirAttribute {
        // SAFETY: see above.
        unsafe {
            match attr {
                Attr::Int(value, ty) => mlirIntegerAttrGet(self.mlir_type(ty), value),
                Attr::Type(ty) => mlirTypeAttrGet(self.mlir_type(ty)),
                Attr::I64s(values) => {
                    mlirDenseI64ArrayGet(self.context, values.len() as isize, values.as_ptr())
                }
                Attr::Text(source) => {
                    let context = self.context;
                    let parse = || mlirAttributeParseGet(context, text(source));
                    *self.attributes.entry(source.to_owned()).or_insert_with(parse)
                }
            }
        }
    }

    fn named(&self, name: &str, attribute: MlirAttribute) -> MlirNamedAttribute {
        // SAFETY: see above.
        unsafe { mlirNamedAttributeGet(mlirIdentifierGet(self.context, text(name)), attribute) }
    }

    fn build(
        &mut self,
        name: &str,
        operands: &[Val],
        results: &[Ty],
        attrs: &[(&str, Attr<'_>)],
        blocks: &[MlirBlock],
    ) -> MlirOperation {
        let name = SIGNED_ZEROS.iter().find(|(from, _)| *from == name).map_or(name, |row| row.1);
        let operands: Vec<MlirValue> = operands.iter().map(|val| self.raw(*val)).collect();
        let results: Vec<MlirType> = results.iter().map(|ty| self.mlir_type(*ty)).collect();
        let attrs: Vec<MlirNamedAttribute> = attrs
            .iter()
            .map(|(name, attr)| {
                let attribute = self.attribute(*attr);
                self.named(name, attribute)
            })
            .collect();
        // SAFETY: see above; the arrays live until the op is made.
        unsafe {
            let mut state = mlirOperationStateGet(text(name), self.location);
            let state_ptr = &raw mut state;
            mlirOperationStateAddOperands(state_ptr, operands.len() as isize, operands.as_ptr());
            mlirOperationStateAddResults(state_ptr, results.len() as isize, results.as_ptr());
            mlirOperationStateAddAttributes(state_ptr, attrs.len() as isize, attrs.as_ptr());
            for block in blocks {
                let region = mlirRegionCreate();
                mlirRegionAppendOwnedBlock(region, *block);
                mlirOperationStateAddOwnedRegions(state_ptr, 1, &raw const region);
            }
            let op = mlirOperationCreate(state_ptr);
            assert!(!op.ptr.is_null(), "MLIR makes the op {name}");
            op
        }
    }

    fn append(
        &mut self,
        name: &str,
        operands: &[Val],
        results: &[Ty],
        attrs: &[(&str, Attr<'_>)],
        blocks: &[MlirBlock],
    ) -> Vec<Val> {
        let op = self.build(name, operands, results, attrs, blocks);
        // SAFETY: see above.
        unsafe { mlirBlockAppendOwnedOperation(self.block, op) };
        let at = |(at, ty): (usize, &Ty)| {
            // SAFETY: the op has one result per type.
            let value = unsafe { mlirOperationGetResult(op, at as isize) };
            self.add(value, *ty)
        };
        results.iter().enumerate().map(at).collect()
    }

    /// Appends an op without result.
    pub fn op0(&mut self, name: &str, operands: &[Val], attrs: &[(&str, Attr<'_>)]) {
        self.append(name, operands, &[], attrs, &[]);
    }

    /// Appends an op with one result.
    ///
    /// A bf16 is its 16 bits wherever it is moved, and a float only for the op that computes with
    /// it: of a bf16 bit cast to i16 LLVM's code generator asks the sign alone by a node that it
    /// cannot lower, or drops it.
    pub fn op(
        &mut self,
        name: &str,
        operands: &[Val],
        result: Ty,
        attrs: &[(&str, Attr<'_>)],
    ) -> Val {
        let from = operands.first().map(|val| self.ty(*val));
        if name == "arith.bitcast"
            && from.is_some_and(|from| self.mlir_type(from).ptr == self.mlir_type(result).ptr)
        {
            return self.add(self.raw(operands[0]), result);
        }
        if !computes(name) {
            return self.append(name, operands, &[result], attrs, &[])[0];
        }
        let operands: Vec<Val> = operands.iter().map(|val| self.as_float(*val)).collect();
        if result.elem != Elem::BF16 {
            return self.append(name, &operands, &[result], attrs, &[])[0];
        }
        let float = self.append(name, &operands, &[result.as_float()], attrs, &[])[0];
        self.append("arith.bitcast", &[float], &[result], &[], &[])[0]
    }

    /// The value as an operand of a computation.
    fn as_float(&mut self, val: Val) -> Val {
        let ty = self.ty(val);
        if ty.elem != Elem::BF16 {
            return val;
        }
        self.append("arith.bitcast", &[val], &[ty.as_float()], &[], &[])[0]
    }

    /// Appends an op whose result has the type of its first operand.
    pub fn same(&mut self, name: &str, operands: &[Val]) -> Val {
        let ty = self.ty(operands[0]);
        self.op(name, operands, ty, &[])
    }

    /// An integer constant, or a vector of it.
    pub fn int(&mut self, ty: Ty, value: i64) -> Val {
        self.constant(ty, value as u64)
    }

    /// A 64-bit constant.
    pub fn index(&mut self, value: i64) -> Val {
        self.int(I64, value)
    }

    /// A float constant, rounded to the type, or a vector of it.
    pub fn float(&mut self, ty: Ty, value: f64) -> Val {
        self.constant(ty, value.to_bits())
    }

    /// Constants stand at the start of the function, once each.
    fn constant(&mut self, ty: Ty, bits: u64) -> Val {
        if ty.elem == Elem::BF16 {
            let number = f64::from_bits(bits);
            let ints = Ty { elem: Elem::Int(16), lanes: ty.lanes };
            let bits =
                self.constant(ints, i64::from(bf16::from_f64(number).to_bits() as i16) as u64);
            return self.add(self.raw(bits), ty);
        }
        if let Some(known) = self.constants.get(&(ty, bits)) {
            return *known;
        }
        let elem = self.mlir_type(ty.with_lanes(0));
        let whole = self.mlir_type(ty);
        // SAFETY: see above.
        let attribute = unsafe {
            let element = if ty.is_float() {
                mlirFloatAttrDoubleGet(self.context, elem, f64::from_bits(bits))
            } else {
                mlirIntegerAttrGet(elem, bits as i64)
            };
            if ty.lanes == 0 { element } else { mlirDenseElementsAttrSplatGet(whole, element) }
        };
        self.constant_op(ty, attribute, Some(bits))
    }

    fn constant_op(&mut self, ty: Ty, attribute: MlirAttribute, bits: Option<u64>) -> Val {
        let whole = self.mlir_type(ty);
        // SAFETY: see above.
        let value = unsafe {
            let named = self.named("value", attribute);
            let mut state = mlirOperationStateGet(text("arith.constant"), self.location);
            mlirOperationStateAddResults(&raw mut state, 1, &raw const whole);
            mlirOperationStateAddAttributes(&raw mut state, 1, &raw const named);
            let op = mlirOperationCreate(&raw mut state);
            assert!(!op.ptr.is_null(), "MLIR makes a constant");
            mlirBlockInsertOwnedOperation(self.entry, 0, op);
            mlirOperationGetResult(op, 0)
        };
        let val = self.add(value, ty);
        if let Some(bits) = bits {
            self.constants.insert((ty, bits), val);
        }
        val
    }

    /// The vector `0, 1, 2, ..` of 64-bit integers.
    pub fn lane_numbers(&mut self, lanes: u32) -> Val {
        let ty = I64.with_lanes(lanes);
        let whole = self.mlir_type(ty);
        let numbers: Vec<i64> = (0..i64::from(lanes)).collect();
        // SAFETY: see above.
        let attribute = unsafe {
            mlirDenseElementsAttrInt64Get(whole, numbers.len() as isize, numbers.as_ptr())
        };
        self.constant_op(ty, attribute, None)
    }

    /// The value in every lane; vectors stay as they are.
    pub fn splat(&mut self, val: Val, lanes: u32) -> Val {
        let ty = self.ty(val);
        if lanes == 0 || ty.lanes == lanes {
            return val;
        }
        self.op("vector.broadcast", &[val], ty.with_lanes(lanes), &[])
    }

    /// `pointer + index * size of the element`.
    pub fn element(&mut self, pointer: Val, index: Val, elem: Ty) -> Val {
        let attrs = [
            ("rawConstantIndices", Attr::Text("array<i32: -2147483648>")),
            ("elem_type", Attr::Type(elem)),
        ];
        self.op("llvm.getelementptr", &[pointer, index], PTR, &attrs)
    }

    /// Loads a value; the address has the alignment of an element of `align` bytes.
    pub fn load(&mut self, pointer: Val, ty: Ty, align: usize) -> Val {
        let align = Attr::Int(align as i64, I64);
        self.op("llvm.load", &[pointer], ty, &[("alignment", align)])
    }

    /// Stores a value; the address has the alignment of an element of `align` bytes.
    pub fn store(&mut self, value: Val, pointer: Val, align: usize) {
        let align = Attr::Int(align as i64, I64);
        self.op0("llvm.store", &[value, pointer], &[("alignment", align)]);
    }

    /// Copies bytes between areas that are equal or do not overlap.
    pub fn copy(&mut self, to: Val, from: Val, bytes: usize) {
        if bytes == 0 || to == from {
            return;
        }
        let bytes = self.index(bytes as i64);
        let volatile = Attr::Int(0, I1);
        self.op0("llvm.intr.memmove", &[to, from, bytes], &[("isVolatile", volatile)]);
    }

    /// `arith.cmpi` by the name of its predicate.
    pub fn cmpi(&mut self, predicate: &str, a: Val, b: Val) -> Val {
        const NAMES: [&str; 10] =
            ["eq", "ne", "slt", "sle", "sgt", "sge", "ult", "ule", "ugt", "uge"];
        self.compare("arith.cmpi", &NAMES, predicate, a, b)
    }

    /// `arith.cmpf` by the name of its predicate.
    pub fn cmpf(&mut self, predicate: &str, a: Val, b: Val) -> Val {
        const NAMES: [&str; 16] = [
            "false", "oeq", "ogt", "oge", "olt", "ole", "one", "ord", "ueq", "ugt", "uge", "ult",
            "ule", "une", "uno", "true",
        ];
        self.compare("arith.cmpf", &NAMES, predicate, a, b)
    }

    fn compare(&mut self, op: &str, names: &[&str], predicate: &str, a: Val, b: Val) -> Val {
        let number = names.iter().position(|name| *name == predicate);
        let number = number.unwrap_or_else(|| panic!("{op} has a predicate {predicate}"));
        let ty = Ty { elem: Elem::Int(1), lanes: self.ty(a).lanes };
        self.op(op, &[a, b], ty, &[("predicate", Attr::Int(number as i64, I64))])
    }

    /// `condition ? a : b`, by lane where the condition is a vector.
    pub fn select(&mut self, condition: Val, a: Val, b: Val) -> Val {
        let ty = self.ty(a);
        self.op("arith.select", &[condition, a, b], ty, &[])
    }

    fn open(&mut self, args: &[Ty]) -> (Open, Vec<Val>) {
        let types: Vec<MlirType> = args.iter().map(|ty| self.mlir_type(*ty)).collect();
        let locations = vec![self.location; args.len()];
        // SAFETY: see above.
        let block =
            unsafe { mlirBlockCreate(args.len() as isize, types.as_ptr(), locations.as_ptr()) };
        let vals = args.iter().enumerate().map(|(at, ty)| {
            // SAFETY: the block has one argument per type.
            let value = unsafe { mlirBlockGetArgument(block, at as isize) };
            self.add(value, *ty)
        });
        let vals = vals.collect();
        let open = Open { block, parent: self.block };
        self.block = block;
        (open, vals)
    }

    fn close(&mut self, open: Open, terminator: &str, yields: &[Val]) -> MlirBlock {
        self.op0(terminator, yields, &[]);
        self.block = open.parent;
        open.block
    }

    /// Opens `for index in low..high step step` that carries values.
    pub fn begin_for(&mut self, low: Val, high: Val, step: i64, inits: &[Val]) -> OpenFor {
        let step = self.index(step);
        let mut types = vec![I64];
        types.extend(inits.iter().map(|val| self.ty(*val)));
        let (open, vals) = self.open(&types);
        OpenFor {
            open,
            bounds: [low, high, step],
            inits: inits.to_vec(),
            index: vals[0],
            carried: vals[1..].to_vec(),
        }
    }

    /// Opens a loop over constant bounds.
    pub fn begin_range(&mut self, low: usize, high: usize, step: usize, inits: &[Val]) -> OpenFor {
        let (low, high) = (self.index(low as i64), self.index(high as i64));
        self.begin_for(low, high, step as i64, inits)
    }

    /// Closes a loop; `yields` are the values for the next iteration. Returns the last ones.
    pub fn end_for(&mut self, open: OpenFor, yields: &[Val]) -> Vec<Val> {
        let types: Vec<Ty> = open.inits.iter().map(|val| self.ty(*val)).collect();
        let block = self.close(open.open, "scf.yield", yields);
        let operands = [&open.bounds[..], &open.inits[..]].concat();
        self.append("scf.for", &operands, &types, &[], &[block])
    }

    /// Opens a branch; close it with [`Emitter::end_branch`].
    pub fn begin_branch(&mut self) -> Open {
        self.open(&[]).0
    }

    /// Closes a branch with its results.
    pub fn end_branch(&mut self, open: Open, yields: &[Val]) -> Branch {
        Branch(self.close(open, "scf.yield", yields))
    }

    /// `if`, from closed branches.
    pub fn if_(&mut self, condition: Val, types: &[Ty], then: Branch, other: Branch) -> Vec<Val> {
        self.append("scf.if", &[condition], types, &[], &[then.0, other.0])
    }

    /// A choice of branches by number; the last is the default.
    pub fn switch(&mut self, number: Val, types: &[Ty], branches: Vec<Branch>) -> Vec<Val> {
        let index = Ty { elem: Elem::Index, lanes: 0 };
        let number = self.op("arith.index_cast", &[number], index, &[]);
        let cases: Vec<i64> = (0..branches.len() as i64 - 1).collect();
        // The default region comes first.
        let mut blocks: Vec<MlirBlock> = branches.into_iter().map(|branch| branch.0).collect();
        blocks.rotate_right(1);
        self.append("scf.index_switch", &[number], types, &[("cases", Attr::I64s(&cases))], &blocks)
    }

    /// Opens the condition of a `while`; the values are the carried ones.
    pub fn begin_while(&mut self, inits: &[Val]) -> (Open, Vec<Val>) {
        let types: Vec<Ty> = inits.iter().map(|val| self.ty(*val)).collect();
        self.open(&types)
    }

    /// Closes the condition and opens the body.
    pub fn while_body(
        &mut self,
        open: Open,
        condition: Val,
        carried: &[Val],
    ) -> (Branch, Open, Vec<Val>) {
        let operands = [&[condition], carried].concat();
        let before = Branch(self.close(open, "scf.condition", &operands));
        let types: Vec<Ty> = carried.iter().map(|val| self.ty(*val)).collect();
        let (open, vals) = self.open(&types);
        (before, open, vals)
    }

    /// Closes the body. Returns the last carried values.
    pub fn end_while(
        &mut self,
        inits: &[Val],
        before: Branch,
        body: Open,
        yields: &[Val],
    ) -> Vec<Val> {
        let types: Vec<Ty> = inits.iter().map(|val| self.ty(*val)).collect();
        let after = self.close(body, "scf.yield", yields);
        self.append("scf.while", inits, &types, &[], &[before.0, after])
    }
}

/// A closed branch that waits for its op.
#[must_use]
pub struct Branch(MlirBlock);
