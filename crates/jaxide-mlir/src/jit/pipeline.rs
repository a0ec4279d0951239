//! The pass lists, as data.
//!
//! They lower, they do not decide: fusion, tiling and threading happen before, on jaxide's own IR.

use std::borrow::Cow;

/// MLIR passes from `scf` + `memref` + `math` + `arith` + `vector` to the `llvm` dialect, in order.
///
/// * `arith-expand` writes bf16 conversions as integer operations: older hosts have no such instruction and
///   older C libraries no such function.
/// * `approximate-log1p=0` leaves `math.log1p` to the C library: `log(1 + x)` loses every digit of a small `x`.
pub const MLIR_PASSES: &[&str] = &[
    "expand-strided-metadata",
    "lower-affine",
    "math-extend-to-supported-types{target-type=f32}",
    "arith-emulate-unsupported-floats{source-types=bf16,f16 target-type=f32}",
    "arith-expand{include-bf16=true}",
    "convert-vector-to-llvm",
    "convert-math-to-llvm{approximate-log1p=0}",
    "convert-math-to-libm",
    "convert-scf-to-cf",
    "convert-arith-to-llvm",
    "convert-index-to-llvm",
    "finalize-memref-to-llvm",
    "convert-func-to-llvm{use-bare-ptr-memref-call-conv=1}",
    "convert-cf-to-llvm",
    "convert-ub-to-llvm",
    "reconcile-unrealized-casts",
];

/// LLVM passes for kernels whose vectors are explicit: the cheapest list that gives their full speed.
pub const LLVM_SHORT: &str =
    "function(sroa,early-cse<memssa>,instsimplify,loop-simplify,lcssa,loop-mssa(licm),simplifycfg)";

/// LLVM passes for scalar loops: loop vectorisation, with what it needs before and cleans up after, and no unrolling.
///
/// On elementwise loops its code is as fast as that of `default<O2>`, in half of the time or less: there, unrolling
/// costs most, in the passes and again in the code generator.
pub const LLVM_VECTORIZE: &str = "function(sroa,early-cse<memssa>,simplifycfg,loop-mssa(loop-rotate,licm),\
                                  loop-vectorize,instcombine,simplifycfg)";

/// LLVM's own list for `-O2`.
pub const LLVM_O2: &str = "default<O2>";

/// How hard the code generator tries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CodegenLevel {
    /// Fast instruction selection: compiles quickest, runs several times slower. For programs that run once.
    None,
    /// The usual level.
    #[default]
    Less,
    /// The level of `-O2`.
    Default,
}

/// How to compile a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompileOptions {
    /// The function that the program starts with; it takes pointers alone and returns nothing.
    pub entry: String,
    /// MLIR passes, in order. Stages are named by them.
    pub mlir_passes: Cow<'static, [&'static str]>,
    /// The list for LLVM's pass builder.
    pub llvm_passes: Cow<'static, str>,
    /// How hard the code generator tries.
    pub codegen: CodegenLevel,
    /// Whether the module is verified after each MLIR pass and not only before the first and after the last.
    pub verify_each: bool,
}

impl Default for CompileOptions {
    fn default() -> Self {
        Self {
            entry: "main".into(),
            mlir_passes: MLIR_PASSES.into(),
            llvm_passes: LLVM_SHORT.into(),
            codegen: CodegenLevel::default(),
            verify_each: cfg!(debug_assertions),
        }
    }
}

impl CompileOptions {
    /// The options for scalar loops: LLVM vectorises.
    pub fn vectorize() -> Self {
        Self {
            llvm_passes: LLVM_VECTORIZE.into(),
            codegen: CodegenLevel::Default,
            ..Self::default()
        }
    }

    /// The MLIR passes in the syntax of `mlir-opt --pass-pipeline`.
    pub fn mlir_pipeline(&self) -> String {
        module_pipeline(&self.mlir_passes)
    }
}

/// A pass list as MLIR's parser takes it.
pub(super) fn module_pipeline(passes: &[&str]) -> String {
    format!("builtin.module({})", passes.join(","))
}

/// The name of a pass, without its options.
pub(super) fn pass_name(pass: &str) -> &str {
    pass.split('{').next().unwrap_or(pass)
}
