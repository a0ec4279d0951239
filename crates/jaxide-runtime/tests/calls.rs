//! Calls of executables: arguments and results are checked before anything runs.

use jaxide_ir::{ArrayType, DType, Result};
use jaxide_runtime::{Arg, Buffer, CompileOptions, Executable, check_outs, run_owned};

/// Swaps its only argument into its result where it may.
struct Identity(Vec<ArrayType>);

impl Executable for Identity {
    fn run(&self, args: &mut [Arg<'_>], outs: &mut [Buffer]) -> Result<()> {
        check_outs(self.name(), &self.0, outs)?;
        match &mut args[0] {
            Arg::Borrowed(x) => outs[0].bytes_mut().copy_from_slice(x.bytes()),
            Arg::Donated(x) => std::mem::swap(x, &mut outs[0]),
        }
        Ok(())
    }

    fn in_types(&self) -> &[ArrayType] {
        &self.0
    }

    fn out_types(&self) -> &[ArrayType] {
        &self.0
    }

    fn name(&self) -> &str {
        "identity"
    }
}

fn identity() -> Identity {
    Identity(vec![ArrayType::new(DType::F32, &[2])])
}

#[test]
fn borrowed_arguments_stay_and_results_are_fresh() {
    let x = Buffer::from_slice(&[2], &[1f32, 2.0]).unwrap();
    let outs = run_owned(&identity(), &[&x]).unwrap();
    assert_eq!(outs[0].as_slice::<f32>(), x.as_slice::<f32>());
    assert_ne!(outs[0].as_ptr(), x.as_ptr());
}

#[test]
fn donated_memory_may_become_a_result() {
    let x = Buffer::from_slice(&[2], &[1f32, 2.0]).unwrap();
    let address = x.as_ptr();
    let mut outs = [Buffer::zeros(x.ty().clone()).unwrap()];
    identity().run(&mut [Arg::Donated(x)], &mut outs).unwrap();
    assert_eq!(outs[0].as_ptr(), address);
}

#[test]
fn arguments_and_results_that_do_not_fit_are_refused_in_words() {
    let x = Buffer::from_slice(&[3], &[1f32, 2.0, 3.0]).unwrap();
    let error = |args: &[&Buffer]| run_owned(&identity(), args).unwrap_err().to_string();
    assert_eq!(error(&[]), "identity: expected 1 arguments, got 0");
    assert_eq!(error(&[&x]), "identity: argument 0: expected f32[2], got f32[3]");
    let outs = [Buffer::zeros(ArrayType::new(DType::I32, &[2])).unwrap()];
    let error = check_outs("identity", identity().out_types(), &outs).unwrap_err().to_string();
    assert_eq!(error, "identity: expected buffers (f32[2]) for the results, got (i32[2])");
}

#[test]
fn contraction_is_allowed_by_default_and_part_of_the_options() {
    let default = CompileOptions::default();
    assert!(default.contract);
    assert_ne!(default, CompileOptions { contract: false, ..default.clone() });
}
