//! `while`. A predicate that is not rank 0 has one lane per element: the loop runs while any lane
//! is true, and a lane that is false keeps its carry.

use jaxide_ir::{OpDef, Result};
use jaxide_lax::control::WHILE;
use jaxide_runtime::Buffer;

use crate::{Control, Kernel, KernelCx, Shared};

pub(super) static KERNELS: &[(&OpDef, Kernel)] = &[(
    &WHILE,
    Kernel::Control(Control {
        jaxprs: &["cond_jaxpr", "body_jaxpr"],
        derive: None,
        run: eval_while,
    }),
)];

fn eval_while<'a>(cx: &KernelCx<'_>, mut args: Vec<Shared<'a>>) -> Result<Vec<Shared<'a>>> {
    let (cond, body) = (cx.plan("cond_jaxpr"), cx.plan("body_jaxpr"));
    let cond_consts: Vec<Shared<'a>> = args.drain(..cx.params().usize("cond_nconsts")).collect();
    let body_consts: Vec<Shared<'a>> = args.drain(..cx.params().usize("body_nconsts")).collect();
    let mut carry = args;
    loop {
        let predicate = cond.run(cond_consts.iter().chain(&carry).cloned().collect())?;
        let lanes = predicate[0].as_slice::<u8>();
        if lanes.iter().all(|lane| *lane == 0) {
            return Ok(carry);
        }
        if lanes.iter().all(|lane| *lane != 0) {
            carry = body.run(body_consts.iter().cloned().chain(carry).collect())?;
            continue;
        }
        let next = body.run(body_consts.iter().chain(&carry).cloned().collect())?;
        for (old, new) in carry.iter_mut().zip(next) {
            *old = Shared::new(select_lanes(lanes, old, new.into_buffer()?));
        }
    }
}

/// The new value with the elements of false lanes put back; lanes are the leading elements' blocks.
fn select_lanes(lanes: &[u8], old: &Buffer, mut new: Buffer) -> Buffer {
    let block = new.bytes().len() / lanes.len();
    if block > 0 {
        let blocks = new.bytes_mut().chunks_exact_mut(block).zip(old.bytes().chunks_exact(block));
        for ((new, old), lane) in blocks.zip(lanes) {
            if *lane == 0 {
                new.copy_from_slice(old);
            }
        }
    }
    new
}
