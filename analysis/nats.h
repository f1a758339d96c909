#ifndef ANALYSIS_NATS_H
#define ANALYSIS_NATS_H

/*
 * Logarithms and exponentials for what is weighed in nats.  They use nothing
 * but the four operations that IEEE 754 defines to the last bit, in a fixed
 * order, so that a report is the same on every machine: the functions of the
 * system's mathematical library differ between versions and processors.
 * (C17 mode does not contract a*b+c.)  Relative error below 1e-14, which
 * the suite checks against that library.
 */

#define FV_NATS_LN2 0.69314718055994530942

/* The natural logarithm of ${x}, which is positive, finite and normal. */
double fv_nats_ln(double x);

/* e to the power of ${x}: 0 below -700, and no more than for 700. */
double fv_nats_exp(double x);

/* ln(e^a + e^b); FV_NATS_NEVER is the logarithm of 0. */
#define FV_NATS_NEVER (-1e300)
double fv_nats_add(double a, double b);

#endif
