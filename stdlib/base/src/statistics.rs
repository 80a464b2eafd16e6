//! The module _statistics: the quantiles of the normal distribution.

use crate::support::{Res, Vm, native, natives};
use taipan_core::native::ModuleDef;

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_statistics",
    doc: "The working parts of the module statistics.",
    functions: natives![normal_dist_inv_cdf],
    ..ModuleDef::EMPTY
};

/// A quotient of two polynomials, highest power first.
type Quotient = [[f64; 8]; 2];

// Algorithm AS 241 (M. J. Wichura, Applied Statistics 37, 1988): the middle, the flanks, the tails.
#[rustfmt::skip]
#[expect(clippy::excessive_precision, reason = "as published")]
const MIDDLE: Quotient = [
    [2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4, 4.5921953931549871457e4,
     1.3731693765509461125e4, 1.9715909503065514427e3, 1.3314166789178437745e2, 3.3871328727963666080],
    [5.2264952788528545610e3, 2.8729085735721942674e4, 3.9307895800092710610e4, 2.1213794301586595867e4,
     5.3941960214247511077e3, 6.8718700749205790830e2, 4.2313330701600911252e1, 1.0],
];
#[rustfmt::skip]
#[expect(clippy::excessive_precision, reason = "as published")]
const FLANK: Quotient = [
    [7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1, 1.27045825245236838258,
     3.64784832476320460504, 5.76949722146069140550, 4.63033784615654529590, 1.42343711074968357734],
    [1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2, 1.48103976427480074590e-1,
     6.89767334985100004550e-1, 1.67638483018380384940, 2.05319162663775882187, 1.0],
];
#[rustfmt::skip]
#[expect(clippy::excessive_precision, reason = "as published")]
const TAIL: Quotient = [
    [2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3, 2.65321895265761230930e-2,
     2.96560571828504891230e-1, 1.78482653991729133580, 5.46378491116411436990, 6.65790464350110377720],
    [2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5, 7.86869131145613259100e-4,
     1.48753612908506148525e-2, 1.36929880922735805310e-1, 5.99832206555887937690e-1, 1.0],
];

fn at(quotient: &Quotient, r: f64) -> (f64, f64) {
    let [over, under] = quotient.map(|row| row.into_iter().fold(0.0, |sum, c| sum * r + c));
    (over, under)
}

/// The value below which a share p of a normal distribution lies.
#[native("(p, mu, sigma, /)", name = "_normal_dist_inv_cdf")]
fn normal_dist_inv_cdf(vm: &Vm, p: f64, mu: f64, sigma: f64) -> Res<f64> {
    if p <= 0.0 || p >= 1.0 || sigma <= 0.0 {
        return Err(vm.value_error("inv_cdf undefined for these parameters"));
    }
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let (over, under) = at(&MIDDLE, 0.180625 - q * q);
        return Ok(mu + over * q / under * sigma);
    }
    let tail = if q <= 0.0 { p } else { 1.0 - p };
    let r = (-tail.ln()).sqrt();
    let (over, under) = if r <= 5.0 { at(&FLANK, r - 1.6) } else { at(&TAIL, r - 5.0) };
    let x = over / under;
    Ok(mu + if q < 0.0 { -x } else { x } * sigma)
}
